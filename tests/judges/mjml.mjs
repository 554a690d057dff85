// {mail: mjml} on stdin -> {mail: {html, errors}} on stdout, by MJML's own implementation
import { text } from "node:stream/consumers";
import mjml2html from "mjml";

const options = { validationLevel: "strict", fonts: {}, keepComments: false };

async function compiled(source) {
  try {
    const { html, errors } = await mjml2html(source, options);
    return { html, errors: errors.map((error) => error.formattedMessage) };
  } catch (error) {
    return { html: "", errors: (error.errors ?? [error]).map((one) => one.formattedMessage ?? String(one)) };
  }
}

const done = {};
for (const [name, source] of Object.entries(JSON.parse(await text(process.stdin)))) done[name] = await compiled(source);
console.log(JSON.stringify(done));

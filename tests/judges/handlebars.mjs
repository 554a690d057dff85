// {name: template} on stdin, values as the argument -> {name: text} on stdout, by Handlebars, which
// is told to escape nothing, for nor does SES
import { text } from "node:stream/consumers";
import Handlebars from "handlebars";

const values = JSON.parse(process.argv[2]);
const done = {};
for (const [name, template] of Object.entries(JSON.parse(await text(process.stdin)))) {
  try {
    done[name] = Handlebars.compile(template, { noEscape: true })(values);
  } catch (error) {
    done[name] = `cannot be read: ${error.message}`;
  }
}
console.log(JSON.stringify(done));

// {mail: html} on stdin -> {mail: {feature: [clients that do not know it]}} on stdout
import { text } from "node:stream/consumers";
import { caniemail } from "caniemail";

const clients = process.argv.slice(2);

function unsupported(html) {
  const features = {};
  for (const [client, issues] of caniemail({ clients, html }).issues.errors)
    for (const { title } of issues) (features[title] ??= new Set()).add(client);
  return Object.fromEntries(Object.entries(features).map(([title, found]) => [title, [...found].sort()]));
}

const mails = JSON.parse(await text(process.stdin));
console.log(JSON.stringify(Object.fromEntries(Object.entries(mails).map(([name, html]) => [name, unsupported(html)]))));

// {mail: html} on stdin, rules as the argument -> {mail: ["line:column rule: message"]} on stdout
import { text } from "node:stream/consumers";
import { HtmlValidate, StaticConfigLoader } from "html-validate";

const rules = JSON.parse(process.argv[2]);
const config = { root: true, extends: ["html-validate:recommended", "html-validate:a11y"], rules };
const validator = new HtmlValidate(new StaticConfigLoader(config));

async function objections(html) {
  const { results } = await validator.validateString(html, "mail.html");
  const found = results.flatMap((result) => result.messages);
  return found.map(({ line, column, ruleId, message }) => `${line}:${column} ${ruleId}: ${message}`);
}

const judged = {};
for (const [name, html] of Object.entries(JSON.parse(await text(process.stdin)))) judged[name] = await objections(html);
console.log(JSON.stringify(judged));

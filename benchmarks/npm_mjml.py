"""MJML by its first implementation, npm's, in Node."""

import json
import subprocess
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parents[1] / "tests" / "judges" / "node_modules" / "mjml"
NOT_INSTALLED = "npm mjml is not installed: `npm install` in tests/judges, or give --mjml DIR"
IN_NODE = """
const [folder, seconds] = process.argv.slice(1);
const loaded = require(folder), mjml2html = loaded.default || loaded;
const source = require("fs").readFileSync(0, "utf8"), options = {validationLevel: "skip"};
const cpu_s = () => { const {user, system} = process.cpuUsage(); return (user + system) / 1e6; };
(async () => {
  let html, renders = 0;
  for (let warm = 0; warm < 5; warm++) ({html} = await mjml2html(source, options));
  const began = cpu_s();
  for (; cpu_s() - began < Number(seconds); renders++) await mjml2html(source, options);
  const {version} = require(folder + "/package.json"), bytes = Buffer.byteLength(html);
  const per_s = Math.round(renders / (cpu_s() - began) * 10) / 10;
  console.log(JSON.stringify({version, per_s, html_bytes: bytes}));
})();
"""


def rendered(source: str, seconds: float, package: Path) -> dict[str, Any] | None:
    """What npm's mjml does in a second of CPU, warm and without its validation; None without it."""
    if not package.is_dir():
        return None
    command = ["node", "-e", IN_NODE, str(package.resolve()), str(seconds)]
    ran = subprocess.run(command, input=source, capture_output=True, text=True, check=True)
    told = json.loads(ran.stdout)
    assert isinstance(told, dict)
    return told

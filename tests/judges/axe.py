"""axe-core: what WCAG 2.2 (A and AA) and good practice ask of a page, and of a mail."""

from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Page

from tests.judges.browser import HERE, Screen

SOURCE = HERE / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A mail is shown within a page that has its landmarks: these two would ask for them again.
OFF_IN_MAILS = ("landmark-one-main", "region")
# What axe leaves to people: the squares of a legend, which say nothing by themselves; a cell beside
# two rows, which axe takes for covered by the second; the one letter of a mark.
LEFT_TO_PEOPLE = ["nonBmp", "bgOverlap", "shortTextContent"]
RUN = """async ([source, options, left]) => {
  if (!window.axe) (0, eval)(source);
  const found = await axe.run(document, options);
  const reasons = (node) => [...node.any, ...node.all, ...node.none];
  return found.violations.concat(found.incomplete).flatMap((rule) => rule.nodes
    .filter((node) => !reasons(node).some((one) => left.includes(one.data?.messageKey)))
    .map((node) => `${rule.id}: ${node.html.slice(0, 160)} ${reasons(node)[0]?.message}`));
}"""


def objections(page: Page, off: Sequence[str] = ()) -> list[str]:
    """Violations, and what axe cannot decide though it is given all it needs; without some rules
    that are `off`."""
    options: dict[str, Any] = {
        "runOnly": {"type": "tag", "values": TAGS},
        "rules": {rule: {"enabled": False} for rule in off},
        "resultTypes": ["violations", "incomplete"],
    }
    found: list[str] = page.evaluate(RUN, [SOURCE.read_text("utf-8"), options, LEFT_TO_PEOPLE])
    return found


def in_mail(screen: Screen) -> list[str]:
    return objections(screen.page, OFF_IN_MAILS)

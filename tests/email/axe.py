"""axe-core: what WCAG 2.2 (A and AA) and good practice ask of a page, asked of a mail."""

from typing import Any

from tests.email.browser import HERE, Screen

SOURCE = HERE / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A mail is shown within a page that has its landmarks: these two would ask for them again.
OFF = {"landmark-one-main": {"enabled": False}, "region": {"enabled": False}}
# What axe leaves to people: the squares of a legend, which say nothing by themselves, and a cell
# beside two rows, which axe takes for covered by the second.
LEFT_TO_PEOPLE = ["nonBmp", "bgOverlap"]
RUN = """async ([source, options, left]) => {
  if (!window.axe) (0, eval)(source);
  const found = await axe.run(document, options);
  const reasons = (node) => [...node.any, ...node.all, ...node.none];
  return found.violations.concat(found.incomplete).flatMap((rule) => rule.nodes
    .filter((node) => !reasons(node).some((one) => left.includes(one.data?.messageKey)))
    .map((node) => `${rule.id}: ${node.html.slice(0, 160)} ${reasons(node)[0]?.message}`));
}"""


def objections(screen: Screen) -> list[str]:
    """Violations, and what axe cannot decide though a mail gives it all it needs."""
    options: dict[str, Any] = {
        "runOnly": {"type": "tag", "values": TAGS},
        "rules": OFF,
        "resultTypes": ["violations", "incomplete"],
    }
    found: list[str] = screen.page.evaluate(
        RUN, [SOURCE.read_text("utf-8"), options, LEFT_TO_PEOPLE]
    )
    return found

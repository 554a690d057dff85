"""Whether something may stand where it stands in a source."""

import re

from digest.issues.lint.components import COMPONENTS, NOT_ALLOWED, Holds
from digest.issues.lint.nesting import Nesting
from digest.issues.lint.problems import named, shortened

MJML = re.compile("</?mj", re.IGNORECASE)
CONDITIONS = ("<!--[if", "<!--<![endif]")
WITH_CONDITIONS = ("mj-raw", "mj-text")
EXPECTED = {
    Holds.COMPONENTS: "components",
    Holds.HTML: "HTML",
    Holds.TEXT: "text",
    Holds.NOTHING: "nothing",
}


def holder(nesting: Nesting) -> tuple[str, Holds]:
    """The innermost open component, and what it may hold here."""
    for name in reversed(nesting.names):
        if component := COMPONENTS.get(name):
            sets_defaults = name != "mj-attributes" and "mj-attributes" in nesting.names
            return name, Holds.NOTHING if sets_defaults else component.holds
    return "", Holds.COMPONENTS


def component_misplaced(name: str, nesting: Nesting) -> str:
    """Why a component of ours may not stand here; "" where it may."""
    outer, holds = holder(nesting)
    parents = COMPONENTS[name].parents
    if outer == nesting.inmost and outer in parents and holds is Holds.COMPONENTS:
        return ""
    homes = " or ".join(f"<{parent}>" for parent in sorted(parents) if parent)
    return f"stands in {named(nesting.inmost)}, not in {homes or 'no element'}"


def why_unknown(name: str) -> str:
    if reason := NOT_ALLOWED.get(name):
        return f"is not allowed: {reason}"
    return "is none of the components that our mails are made of"


def html_misplaced(nesting: Nesting) -> str:
    outer, holds = holder(nesting)
    return "" if holds is Holds.HTML else f"is HTML in {named(outer)}, {_which_takes(holds)}"


def text_misplaced(text: str, nesting: Nesting) -> str:
    outer, holds = holder(nesting)
    if nesting.names[-2:] == ["mj-head", "mj-raw"]:
        return f"“{shortened(text)}” would end the head of the page"
    if holds in (Holds.HTML, Holds.TEXT):
        return ""
    return f"“{shortened(text)}” is text in {named(outer)}, {_which_takes(holds)}"


def comment_misplaced(comment: str, nesting: Nesting) -> str:
    """MRML drops a plain comment, and reads Outlook's conditions in two components alone."""
    outer, holds = holder(nesting)
    if MJML.search(comment):
        return "a comment holds MJML, which nothing reads"
    if comment.startswith(CONDITIONS):
        return "" if outer in WITH_CONDITIONS else f"a condition stands in {named(outer)}"
    if holds in (Holds.HTML, Holds.COMPONENTS):
        return ""
    return f"a comment stands in {named(outer)}, {_which_takes(holds)}"


def _which_takes(holds: Holds) -> str:
    return f"which takes {EXPECTED[holds]}"

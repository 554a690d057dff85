"""html-validate, with what a mail must do otherwise than a page left out."""

import json
from collections.abc import Mapping

from tests.judges.node import judged

# Rules that a mail breaks on purpose, and why.
BROKEN: Mapping[str, str] = {
    "no-inline-style": "some clients drop every style sheet",
    "no-deprecated-attr": "Outlook for Windows reads bgcolor, align and width, and little CSS",
    "no-conditional-comment": "they bring Outlook for Windows its tables",
    "prefer-native-element": "clients drop the element article and keep its role",
    "presentation-role-style": "MJML writes presentation, which means none",
    "long-title": "it is the subject, which has the 78 characters an inbox shows",
    "doctype-style": "MJML writes it in lower case",
    "void-style": "MRML closes its own meta, in the way of XHTML",
}


def objections(mails: Mapping[str, str]) -> dict[str, list[str]]:
    """What is wrong in the HTML of each mail; one without faults is not named."""
    rules = json.dumps(dict.fromkeys(BROKEN, "off"))
    found = judged("html_validate.mjs", mails, rules)
    return {name: told for name, told in found.items() if told}

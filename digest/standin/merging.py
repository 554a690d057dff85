"""SendBulkEmail's templates: one reader's values in an inline template.

SES puts values in as they are: what must not be HTML has to be escaped by who calls it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from digest.standin.api import bad_request

VARIABLE = re.compile(r"\{\{\s*([\w.-]+)\s*\}\}")
PARTS = ("Subject", "Text", "Html")

Pairs = Sequence[Mapping[str, str]]


class MissingError(Exception):
    """A template asks for what the data has not. SES accepts the call all the same."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Attribute '{name}' is not present in the rendering data.")


def data(text: str) -> dict[str, Any]:
    """Template data, which travels as JSON in a string; raises ApiError for anything else."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise bad_request("the template data is no JSON object")
    return found


def merged(content: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, str]:
    """Subject, text and HTML with their variables filled in; raises MissingError."""
    return {part: filled(content[part], values) for part in PARTS if content.get(part)}


def filled(text: str, values: Mapping[str, Any]) -> str:
    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise MissingError(found[1])
        return str(values[found[1]])

    return VARIABLE.sub(value, text)


def missing(content: Mapping[str, str], values: Mapping[str, Any]) -> str:
    """What SES would say that the data has not; "" when all is there."""
    for part in PARTS:
        for name in _asked(content.get(part) or ""):
            if name not in values:
                return str(MissingError(name))
    return ""


@lru_cache(64)
def _asked(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(VARIABLE.findall(text)))


def replaced(default: Pairs, replacing: Pairs) -> list[Mapping[str, str]]:
    """An entry's own pairs take the place of those of the same name; the others are added."""
    own = {pair["Name"].lower() for pair in replacing}
    return [*(pair for pair in default if pair["Name"].lower() not in own), *replacing]

"""Comments that Outlook for Windows reads as conditions: whole, or a pair around what is shown."""

import re
from collections.abc import Iterator

from digest.issues.lint.problems import Fault
from digest.issues.lint.tags import Token

OPENING, CLOSING = "<!--[if", "<!--<![endif]-->"
REVEALED = "]><!-->"
END = "<![endif]-->"
NOT_FOR_OUTLOOK = re.compile(r"<!--\[if [^\]]*\]><!-->.*?<!--<!\[endif\]-->", re.DOTALL)
SEAM = re.compile(r"<!--\[if [^\]]*\]>|<!\[endif\]-->")


class Conditionals:
    """The conditions that are open at a place of a text."""

    def __init__(self) -> None:
        self.open: list[int] = []

    def read(self, comment: Token) -> Iterator[Fault]:
        text = comment.text
        if text.startswith(OPENING) and text.endswith(REVEALED):
            self.open.append(comment.at)
        elif text == CLOSING and self.open:
            self.open.pop()
        elif text.startswith(OPENING):
            yield from _whole(comment)
        elif "<![endif]" in text:
            yield Fault(comment.at, "", "“<![endif]” closes no condition")
        elif "<!--" in text[4:]:
            yield Fault(comment.at, "", "a comment holds the start of another")

    def end(self) -> Iterator[Fault]:
        for at in self.open:
            yield Fault(at, "", "a conditional comment is never closed")


def _whole(comment: Token) -> Iterator[Fault]:
    if not comment.text.endswith(END) or "]>" not in comment.text:
        yield Fault(comment.at, "", "a conditional comment is never closed")
    elif comment.text.count("<!--") + comment.text.count("<![endif]") > 2:
        yield Fault(comment.at, "", "a conditional comment holds another")


def as_in_outlook(html: str) -> str:
    """The page with all conditions met, each character where it was."""
    return SEAM.sub(_blank, NOT_FOR_OUTLOOK.sub(_blank, html))


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"\S", " ", found[0])

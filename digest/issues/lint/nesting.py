"""The elements that are open at a place of a text, and what is wrong with how they close."""

from collections.abc import Iterable, Iterator

from digest.issues.lint.problems import DEEPEST, Fault
from digest.issues.lint.tags import Token


class Nesting:
    """Names and offsets of the open elements, the innermost last."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.offsets: list[int] = []

    @property
    def inmost(self) -> str:
        return self.names[-1] if self.names else ""

    @property
    def too_deep(self) -> bool:
        return len(self.names) > DEEPEST

    def open(self, token: Token) -> None:
        self.names.append(token.text)
        self.offsets.append(token.at)

    def close(self, token: Token) -> Iterable[Fault]:
        """Close the element of this name, and with it those that were left open inside."""
        if self.inmost == token.text and not token.attributes:
            self._pop()
            return ()
        return self._closing_faults(token)

    def _closing_faults(self, token: Token) -> Iterator[Fault]:
        if token.attributes:
            yield Fault(token.at, token.text, "a closing tag takes no attributes")
        if token.text not in self.names:
            yield Fault(token.at, token.text, f"</{token.text}> closes no open element")
            return
        while self.inmost != token.text:
            yield self._left_open(f"is still open at </{token.text}>")
        self._pop()

    def end(self) -> Iterator[Fault]:
        while self.names:
            yield self._left_open("is never closed")

    def _left_open(self, said: str) -> Fault:
        name, at = self._pop()
        return Fault(at, name, said)

    def _pop(self) -> tuple[str, int]:
        return self.names.pop(), self.offsets.pop()

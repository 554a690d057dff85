"""The shapes the shell may ask for; `wiring` hands the parts over."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from digest.model import Copy, Message, Receipt

if TYPE_CHECKING:  # 14 MB that who sends mail has no use for
    import numpy as np
    from numpy.typing import NDArray

Clock = Callable[[], datetime]
"""Answers the present moment in UTC."""


class Post(Protocol):
    """A way for messages to leave. Answers one receipt per message, in order, and never raises
    for a single reader's message."""

    def __call__(self, messages: Sequence[Message], /) -> Sequence[Receipt]: ...


class PostCopies(Protocol):
    """The same for a service that merges copies by itself: those of one content go together.
    Several threads may post at once."""

    def __call__(self, letters: Sequence[Message | Copy], /) -> Sequence[Receipt]: ...


@dataclass(frozen=True, slots=True)
class Request:
    """A document to fetch, with the validators of the last answer, byte for byte; or a form or a
    body to send (POST), whose answer is taken as it comes, redirects too. Of the answer to a body
    the beginning may do."""

    url: str
    etag: str = ""
    last_modified: str = ""
    form: tuple[tuple[str, str], ...] = ()  # names and values
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def sends(self) -> bool:
        return bool(self.form or self.body)


@dataclass(frozen=True, slots=True)
class Response:
    """What came back. `body` is decompressed; `error` is one line, "" when there was an answer.

    `status` 304 has an empty body; 0 means that no answer came at all. `moved_to` is where it was
    found when every redirect on the way was a permanent one.
    """

    url: str
    status: int = 0
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)  # lower-cased names
    error: str = ""
    moved_to: str = ""

    @property
    def refusal(self) -> str:
        """Why there is no document in it, as one line; "" when there is one."""
        if self.error or self.status == 200:
            return self.error
        return f"the server answered {self.status}"


Vectors: TypeAlias = "NDArray[np.float32]"
"""One row a text, of length 1."""


class Embed(Protocol):
    """Texts as vectors that lie near each other where the meanings do. Vectors of one `model` are
    comparable with each other only."""

    model: str

    def __call__(self, texts: Sequence[str], /) -> Vectors: ...


class Fetch(Protocol):
    """Fetch several documents at once; one response per request, in order; never raises for one."""

    def __call__(self, requests: Sequence[Request], /) -> Sequence[Response]: ...

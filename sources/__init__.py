"""Ways a launch or a verdict reaches us: bytes in, values out. `http` alone opens a socket."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from digest.model import Document, Entry, Launch, NotALaunch
from sources.feeds import parse
from sources.kinds import kind_of
from sources.launches import RECOGNISERS

__all__ = ["KINDS", "Kind", "kind_of"]


@dataclass(frozen=True, slots=True)
class Kind:
    """How documents of one kind are read: `read(url, body, content_type)`, then entry by entry."""

    read: Callable[[str, bytes, str], Document]
    recognise: Callable[[Entry], Launch | NotALaunch]


KINDS: Mapping[str, Kind] = {
    "producthunt": Kind(parse, RECOGNISERS["producthunt"]),
    "hackernews": Kind(parse, RECOGNISERS["hackernews"]),
    "releases": Kind(parse, RECOGNISERS["releases"]),
    "blog": Kind(parse, RECOGNISERS["blog"]),
    "list": Kind(parse, RECOGNISERS["list"]),
}

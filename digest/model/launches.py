"""What reaches us: feeds, what stands in them, launches."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a feed document, its HTML already reduced to text.

    `guid` is the document's own id for it, or "" where it has none. `paragraphs` are the
    texts of the description's block elements, in order. Dates are in UTC.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    paragraphs: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A feed document as read: RSS, Atom, RDF or JSON Feed look the same from here on."""

    title: str = ""
    link: str = ""
    format: str = ""
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed that is followed. `kind` is a name of `sources.recognising.KINDS`."""

    id: int
    url: str
    kind: str
    title: str = ""
    category: str = ""
    paused: bool = False
    etag: str = ""
    last_modified: str = ""
    checked_at: datetime | None = None
    next_check_at: datetime | None = None  # None: as soon as may be
    whole_at: datetime | None = None  # when to ask for the whole document again
    failure: str = ""  # of the last check, "" when it went well
    failures: int = 0  # in a row
    failing_since: datetime | None = None
    told_at: datetime | None = None  # when the editors heard of it
    moved_to: str = ""  # where permanent redirects lead
    moved_since: datetime | None = None
    moved_hits: int = 0
    backlog: bool = False  # what it lists when it is first read counts as new
    seeded_at: datetime | None = None  # when it was first read
    notice: str = ""  # what an editor should know of its entries
    noticed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An entry as a feed showed it before. `content` is a hash of its words, "" when not known."""

    identity: str
    title: str = ""
    link: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    content: str = ""
    launch_id: int | None = None
    kind: str = ""  # what it was taken for: launch, update or not
    reason: str = ""  # why it is no launch, or none of its own


class LaunchState(StrEnum):
    """Where a launch stands on its way to a comparison."""

    BACKLOG = "backlog"  # old news when we first saw it: goes no further by itself
    CANDIDATE = "candidate"  # an editor must say whether it is one
    UNCLEAR = "unclear"  # an editor must say whether it is a tool we know
    REJECTED = "rejected"  # an editor said that it is none
    NEW = "new"  # recognised, not yet paired
    PAIRED = "paired"  # it has its comparison
    KNOWN = "known"  # a tool we already compared as a challenger
    UNMATCHED = "unmatched"  # no verdict is near enough; tried again when the pool grows


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """An entry recognised as the release of a tool. `id` is 0 until it is kept."""

    name: str
    tagline: str = ""
    description: str = ""
    url: str = ""
    category: str = ""
    published: datetime | None = None
    id: int = 0
    state: LaunchState = LaunchState.NEW
    reason: str = ""
    confirmed: bool = False  # an editor said that it is none of the tools whose names are like it


@dataclass(frozen=True, slots=True)
class NotALaunch:
    """Why an entry is no launch. `kind` is "update" (news of a known tool) or "not"."""

    reason: str
    kind: str = "not"

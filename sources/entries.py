"""What entries are known by, from one fetch of their feed to the next."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

from digest.model import Entry
from sources.launches import prose

LONGEST_IDENTITY = 500  # characters: an index of PostgreSQL holds 2,704 bytes of one

_SCHEME = re.compile(r"^https?:(?=//)", re.IGNORECASE)


def identities(entries: Sequence[Entry]) -> list[str]:
    """What each entry is known by: its guid, else its link, else a hash of its words.

    A guid that several entries of one document carry tells nothing, so their links go with it,
    and their words where the links are the same too. Sites move to https with their ids, so an
    id that is an address goes without its scheme. What is too long to be looked up is known by
    its hash.
    """
    uses = Counter(entry.guid for entry in entries)
    named = [_identity(entry, uses[entry.guid] > 1) for entry in entries]
    alike = Counter(named)
    apart = (
        f"{name} {_words(entry)}" if alike[name] > 1 else name
        for name, entry in zip(named, entries, strict=True)
    )
    return [name if len(name) <= LONGEST_IDENTITY else _hashed(name) for name in apart]


def content(entry: Entry) -> str:
    """A hash of what an entry says, by which an edit is told.

    Its dates and the lines that count points and comments are left out: these move by themselves.
    """
    return _hashed("\n".join([entry.title, entry.link, *prose.telling(entry.paragraphs)]))


def _identity(entry: Entry, guid_is_shared: bool) -> str:
    guid, link = _SCHEME.sub("", entry.guid), _SCHEME.sub("", entry.link)
    if guid and guid_is_shared:
        return f"{guid} {link or _words(entry)}"
    return guid or link or _words(entry)


def _words(entry: Entry) -> str:
    return _hashed("\n".join([entry.title, *entry.paragraphs]))


def _hashed(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()

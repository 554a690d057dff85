"""Product Hunt: an entry is a launch; its title the name, its first paragraph the tagline."""

import re

from digest.model import Entry, Launch, NotALaunch
from sources.launches import prose, titles

# Only marks that stand apart: "Orrery: Agents" and "X-ray" are names as they are.
_SEPARATOR = re.compile(r"\s+[–—|→-]\s+")
_RETOLD = re.compile(r"\s*：\s*")  # Chinese retellings put the tagline into the title


def recognise(entry: Entry) -> Launch | NotALaunch:
    told, *retold = _RETOLD.split(titles.undecorated(entry.title), maxsplit=1)
    head, *rest = _SEPARATOR.split(told, maxsplit=1)
    name = titles.tidy_name(head)
    if not name:
        return NotALaunch("the entry has no title")
    if titles.version(name):
        return NotALaunch(f"a new version of {_unversioned(name)}", "update")
    paragraphs = prose.telling(entry.paragraphs)
    tagline = prose.clip(next(iter([*retold, *paragraphs, *rest]), ""), prose.TAGLINE)
    return Launch(
        name=name,
        tagline=tagline,
        description=prose.description(prose.telling(paragraphs, tagline)),
        url=entry.link,
        published=entry.published,
    )


def _unversioned(name: str) -> str:
    return name.removesuffix(titles.version(name)).strip() or name

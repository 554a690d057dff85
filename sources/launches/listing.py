"""A list of tools: every entry is one, "Name: tagline" or a bare name over its tagline."""

from digest.model import Entry, Launch, NotALaunch
from sources.launches import prose, titles


def recognise(entry: Entry) -> Launch | NotALaunch:
    title = titles.undecorated(entry.title)
    name, tagline = titles.named(title)
    if not name and titles.is_name(title):
        name = titles.tidy_name(title)
    if not name:
        return NotALaunch("the title names no tool")
    if titles.version(name):
        return NotALaunch(
            f"a new version of {name.removesuffix(titles.version(name)).strip()}", "update"
        )
    paragraphs = prose.telling(entry.paragraphs, tagline)
    return Launch(
        name=name,
        tagline=prose.clip(tagline, prose.TAGLINE) or prose.tagline(paragraphs),
        description=prose.description(paragraphs),
        url=entry.link,
        published=entry.published,
    )

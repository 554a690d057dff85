"""Vendors' blogs: a launch stands among pricing, hiring, tutorials and news of old tools.

The title decides, in this order: what it is plainly about, whether it tells of a tool that is
out already, and how it names a new one.
"""

from digest.model import Entry, Launch, NotALaunch
from sources import links
from sources.launches import prose, titles
from sources.launches.announcing import announced, is_next_version
from sources.launches.subjects import not_a_tool, old_tool, weighs_tools


def recognise(entry: Entry) -> Launch | NotALaunch:
    title = titles.undecorated(entry.title)
    if reason := not_a_tool(entry.title.strip()):
        return NotALaunch(reason)
    if reason := old_tool(title):
        return NotALaunch(reason, "update")
    name, tagline = announced(title)
    if not name:
        return NotALaunch("the title announces no tool")
    if is_next_version(name, tagline):
        return NotALaunch("a new version of a tool that is out", "update")
    if name.lower() == links.host(entry.link).split(".")[0]:
        return NotALaunch("the publisher by its own name, not a new tool")
    return _launch(entry, name, tagline)


def _launch(entry: Entry, name: str, tagline: str) -> Launch | NotALaunch:
    paragraphs = prose.telling(entry.paragraphs, tagline, entry.title)
    tagline = prose.clip(tagline, prose.TAGLINE) or prose.tagline(paragraphs)
    if weighs_tools(tagline):
        return NotALaunch("a benchmark, not a tool")
    return Launch(
        name=name,
        tagline=tagline,
        description=prose.description(paragraphs),
        url=entry.link,
        published=entry.published,
    )

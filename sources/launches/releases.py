"""Releases of a repository: news of a tool that is out already, never a launch by itself."""

import re

from digest.model import Entry, NotALaunch
from sources import links
from sources.launches import titles

_BUILD = re.compile(
    r"\b(?:nightly|canary|snapshot|(?:dev|daily|weekly)[- ]build)s?\b", re.IGNORECASE
)
_FIRST = re.compile(r"(?:^|[\s/v-])(?:0\.1|1\.0)(?:\.0)?$", re.IGNORECASE)
_REPOSITORY = re.compile(r"^([\w.-]+/)?([\w.-]+?)[\s@]+v?\d+(?:\.\d+)*\S*$")


def recognise(entry: Entry) -> NotALaunch:
    title = titles.undecorated(entry.title)
    project = _project(entry, title)
    if _BUILD.search(title):
        return NotALaunch(f"a development build of {project}")
    if _FIRST.search(title):
        return NotALaunch(f"what may be the first release of {project}: look at it", "update")
    return NotALaunch(f"a new version of {project}", "update")


def _project(entry: Entry, title: str) -> str:
    """The repository in the link, else in the title ("owner/name 1.2"), else the title's name."""
    steps = links.steps(entry.link)
    if "releases" in steps and len(steps) > 1:
        return steps[1]
    if found := _REPOSITORY.match(title):
        return found[2]
    return title.removesuffix(titles.version(title)).strip() or "the project"

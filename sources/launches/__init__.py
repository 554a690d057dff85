"""Entry -> launch, or the reason why it is none. Each kind of feed has its own habits."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from digest.model import Entry, Launch, NotALaunch
from sources.launches import blog, hackernews, listing, producthunt, releases

Recognise = Callable[[Entry], Launch | NotALaunch]

# No announcement is longer, and the patterns need not meet a title made to keep them busy.
TITLE = 300


def _of_titles(recognise_entry: Recognise) -> Recognise:
    def of_title(entry: Entry) -> Launch | NotALaunch:
        return recognise_entry(replace(entry, title=entry.title[:TITLE]))

    return of_title


RECOGNISERS: Mapping[str, Recognise] = {
    "producthunt": _of_titles(producthunt.recognise),
    "hackernews": _of_titles(hackernews.recognise),
    "releases": _of_titles(releases.recognise),
    "blog": _of_titles(blog.recognise),
    "list": _of_titles(listing.recognise),
}


def recognise(entry: Entry, kind: str) -> Launch | NotALaunch:
    """The launch an entry tells of, as feeds of this kind tell it."""
    return RECOGNISERS[kind](entry)

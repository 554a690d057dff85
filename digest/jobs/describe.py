"""Read the pages of launches that came with a name alone."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.engine import Sessions, reading
from db.store import launches as store
from digest.issues.words import plain
from digest.model import Launch
from digest.ports import Clock, Fetch, Request, Response
from sources import pages

ASKED_FOR = timedelta(days=7)  # a launch that nobody describes by then stays as it is
ASKED_AGAIN = timedelta(days=1)
MOST = 20  # pages a run


def describe(sessions: Sessions, fetch: Fetch, clock: Clock) -> list[Launch]:
    """Give launches that came with a name alone the words of their own pages; the launches that
    have words now. The others are asked about again after a day, for a week."""
    with reading(sessions) as session:
        asked = _wordless(session, clock())[:MOST]
    responses = fetch([Request(launch.url) for launch in asked])
    described = [_described(*answer) for answer in zip(asked, responses, strict=True)]
    with sessions.begin() as session:
        # An editor's words, which came while pages were fetched, stay.
        waiting = {launch.id for launch in _wordless(session, clock())}
        kept = [launch for launch in described if launch.id in waiting]
        for launch in kept:
            _keep(session, launch, clock())
    return [launch for launch in kept if launch.tagline or launch.description]


def _wordless(session: Session, now: datetime) -> list[Launch]:
    return store.without_words(session, since=now - ASKED_FOR, unread=now - ASKED_AGAIN)


def _keep(session: Session, launch: Launch, now: datetime) -> None:
    store.describe_launch(
        session, launch.id, tagline=launch.tagline, description=launch.description, now=now
    )


def _described(launch: Launch, response: Response) -> Launch:
    """The launch with what its page says; as it is where there is no page."""
    if response.refusal:
        return launch
    page = pages.read(response.url, response.body, response.headers.get("content-type", ""))
    tagline, description = plain(pages.words(page, launch.name))
    return replace(launch, tagline=tagline, description=description)

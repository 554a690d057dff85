"""How often a reader wants mail, and whether, decides at the moment a message would leave."""

from datetime import timedelta

import pytest

from db.engine import reading
from db.store import deliveries, readers
from digest.jobs.draft import draft_single
from digest.model import Cadence, IssueState, SubscriberState
from digest.readers.addresses import key_of
from tests.fakes import MailService
from tests.makers import SUNDAY, a_panel, a_subscriber, a_tool
from tests.newsroom import PUBLISHER, WEEK, WRITER, Newsroom, a_product_hunt_feed

LAUNCH = ("Mergewren", "Drafts release notes from merged pull requests")
SINGLE = "c-mergewren-vs-notekeel"
WEEKLY, EACH, SHIPS = Cadence.WEEKLY, Cadence.EACH, Cadence.SHIPS
ANOTHER = "the reader chose another cadence"
PAUSED = "the reader has paused our mail"
NO_SHIP = "the panel ships neither side, and the reader wants only what it ships"


def has_compared(newsroom: Newsroom, *scores: int) -> None:
    """A launch stands beside a tool that the panel gave these scores."""
    words = "Release notes from merged pull requests"
    known = a_tool("Notekeel", tagline=words, description="", reviews=a_panel(*scores))
    others = [
        a_tool("Callhorn", tagline="Answers the phone for clinics", category="Voice"),
        a_tool("Pixelbarn", tagline="Product photos from sketches", category="Design"),
        a_tool("Querymoth", tagline="SQL from plain questions", category="Data"),
    ]
    newsroom.hires()
    newsroom.holds_verdicts_on(known, *others)
    newsroom.follows("/feed", a_product_hunt_feed(LAUNCH))
    newsroom.collects()
    newsroom.pairs()


def approves_the_digest(newsroom: Newsroom) -> str:
    newsroom.drafts()
    return approves(newsroom, WEEK)


def approves_the_single(newsroom: Newsroom) -> str:
    parts = newsroom.parts
    zone = parts.settings.timezone
    common = (newsroom.sessions, newsroom.clock, parts.templates, parts.publication)
    draft_single(*common, zone=zone, slug=SINGLE.removeprefix("c-"))
    return approves(newsroom, SINGLE)


def approves(newsroom: Newsroom, name: str) -> str:
    newsroom.submits(name, WRITER)
    newsroom.approves(name, PUBLISHER)
    newsroom.clock.move(minutes=10)
    return name


def has_reader(newsroom: Newsroom, email: str, **chosen: object) -> int:
    with newsroom.sessions.begin() as session:
        reader = a_subscriber(email, **chosen)
        number = readers.add_subscriber(session, key_of(email), reader, newsroom.clock())
    assert number
    return number


def what_became(newsroom: Newsroom, name: str) -> dict[str, str]:
    """Of each reader in the ledger: the state of their delivery, or why it was skipped."""
    with reading(newsroom.sessions) as session:
        return {
            email.partition("@")[0]: reason or state.value
            for email, state, _, reason in deliveries.listing(session, name)
        }


def has_readers_of_every_kind(newsroom: Newsroom) -> None:
    """One of each cadence, and one of each that has paused, still and until a while ago."""
    still, over = SUNDAY + timedelta(weeks=2), SUNDAY - timedelta(days=1)
    for cadence in Cadence:
        has_reader(newsroom, f"{cadence}@inbox.example", cadence=cadence)
        has_reader(newsroom, f"{cadence}-off@inbox.example", cadence=cadence, paused_until=still)
        has_reader(newsroom, f"{cadence}-on@inbox.example", cadence=cadence, paused_until=over)


DIGEST = {"weekly": "sent", "weekly-off": PAUSED, "weekly-on": "sent"}
EACH_OF_THEM = {"each": "sent", "each-off": PAUSED, "each-on": "sent"}


@pytest.mark.parametrize(
    ("scores", "of_ships"), [((85, 78, 82, 72), "sent"), ((31, 44, 52, 20), NO_SHIP)]
)
def test_cadence_and_pause_decide_who_gets_which_issue(
    newsroom: Newsroom, scores: tuple[int, ...], of_ships: str
) -> None:
    has_readers_of_every_kind(newsroom)
    has_compared(newsroom, *scores)
    digest, single = approves_the_digest(newsroom), approves_the_single(newsroom)
    newsroom.sends(digest)
    newsroom.sends(single)
    wanted = {"ships": of_ships, "ships-off": PAUSED, "ships-on": of_ships}
    assert what_became(newsroom, digest) == DIGEST
    assert what_became(newsroom, single) == EACH_OF_THEM | wanted
    assert newsroom.issue(single).state is IssueState.SENT


def changes(newsroom: Newsroom, number: int, **values: object) -> None:
    with newsroom.sessions.begin() as session:
        readers.update_subscriber(session, number, newsroom.clock(), **values)


@pytest.mark.parametrize(
    ("values", "became"),
    [
        ({"cadence": EACH}, ANOTHER),
        ({"cadence": SHIPS}, ANOTHER),
        ({"paused_until": SUNDAY + timedelta(weeks=1)}, PAUSED),
        ({"state": SubscriberState.BOUNCED}, "the reader is bounced"),
        ({"language": "de"}, "sent"),
    ],
)
def test_a_change_counts_at_once_while_the_digest_goes_out(
    newsroom: Newsroom, values: dict[str, object], became: str
) -> None:
    has_reader(newsroom, "ada@inbox.example")
    number = has_reader(newsroom, "bo@inbox.example")
    has_compared(newsroom, 85, 78, 82, 72)
    name = approves_the_digest(newsroom)
    service = newsroom.posts_through(MailService())
    newsroom.takes_batches_of(1)
    service.before = lambda: changes(newsroom, number, **values)
    newsroom.sends(name)
    assert what_became(newsroom, name) == {"ada": "sent", "bo": became}


def test_who_turns_to_the_digest_while_it_goes_out_waits_for_the_next(newsroom: Newsroom) -> None:
    has_reader(newsroom, "ada@inbox.example")
    number = has_reader(newsroom, "bo@inbox.example", cadence=EACH)
    has_compared(newsroom, 85, 78, 82, 72)
    name = approves_the_digest(newsroom)
    service = newsroom.posts_through(MailService())
    service.before = lambda: changes(newsroom, number, cadence=WEEKLY)
    newsroom.sends(name)
    assert what_became(newsroom, name) == {"ada": "sent"}

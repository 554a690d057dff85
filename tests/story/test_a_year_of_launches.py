"""A launch a day for a year, most of them of one fashion: what holds on every day of it."""

import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from db.engine import open_engine, open_sessions, reading
from db.store import comparisons
from db.store import launches as store
from digest.jobs.pair import RECENT, Paired
from digest.model import Launch, LaunchState, Pair, Tool
from digest.pairing.addresses import owner
from digest.pairing.choosing import MOST_USES
from digest.pairing.identity import Relation, relation
from tests.feed_server import FeedServer
from tests.makers import a_launch, a_tool
from tests.newsroom import Newsroom

pytestmark = pytest.mark.slow

DAYS = 365
EVERY = 3  # days, that many launches are paired at once
BEES_DAY = 201  # when the first verdict on a tool for beekeepers comes
FASHION = "Voice"

VERBS = ("Keeps", "Reads", "Sorts", "Draws", "Mends", "Shares")
WORDS = {
    FASHION: "calls speech dictation voicemail accents transcripts callers subtitles",
    "Writing": "essays grammar drafts outlines footnotes headlines synonyms letters",
    "Code": "branches commits linters bugs merges stacktraces refactorings tests",
    "Design": "fonts palettes icons mockups sketches gradients layouts posters",
    "Data": "spreadsheets queries pivots charts columns dashboards exports joins",
    "Travel": "trains itineraries hostels maps visas luggage ferries campsites",
    "Music": "chords drums melodies stems playlists lyrics tempos basslines",
    "Health": "sleep meals pulse workouts allergies vitamins symptoms doses",
}
BEES = "hives queens swarms honey frames mites nectar smokers"
SYLLABLES = (
    "Bram", "Cald", "Dorn", "Fesk", "Glim", "Harv", "Jusk", "Krell", "Lumm", "Morv", "Nield",
    "Ost", "Prax", "Quill", "Rusk", "Sorb", "Tarn", "Ulv", "Vesp", "Wick", "Yarl", "Zint",
)  # fmt: skip
ENDINGS = (
    "abo", "ecta", "ivu", "ondo", "ulix", "arno", "epsy", "idrel", "ofax", "umbo", "agil", "erre",
    "isto", "okka", "uzzi", "awen", "ymer", "etto", "ibus", "oruna",
)  # fmt: skip


WAITING = (LaunchState.UNMATCHED, LaunchState.UNCLEAR, LaunchState.KNOWN)


class Year(NamedTuple):
    """What became of its launches, and which verdicts were held from the first day on."""

    held: list[Tool]
    reports: list[tuple[datetime, Paired]]
    launches: list[Launch]
    pairs: list[Pair]

    def of(self, *states: LaunchState) -> list[Launch]:
        return [launch for launch in self.launches if launch.state in states]


def tagline(random: Random, words: str) -> str:
    a, b, c = random.sample(words.split(), 3)
    return f"{random.choice(VERBS)} {a}, {b} and {c}"


def tools(random: Random, names: Iterator[str]) -> list[Tool]:
    """Sixty tools, two of each of thirty makers."""
    made = []
    for number in range(60):
        category = list(WORDS)[number % len(WORDS)]
        said = {"tagline": tagline(random, WORDS[category]), "description": "", "best_for": ""}
        url = f"https://maker{number // 2}.example/{number}"
        made.append(a_tool(next(names), category=category, url=url, **said))
    return made


def launch_of(day: int, random: Random, names: Iterator[str], held: list[Tool]) -> Launch:
    """Mostly something new, of the fashion; now and then of a maker, tool or name we know."""
    name = next(names)
    url = f"https://{name.lower()}.example/"
    words = WORDS[FASHION if random.random() < 0.6 else random.choice(list(WORDS))]
    known = random.choice(held)
    match day % 20:
        case 3:
            url = f"https://app.{owner(known.url)}/new"
            words = WORDS[known.category]
        case 7:
            name = f"{known.name} {2 + day // 20}"
        case 11:
            name = f"{known.name} Studio"
        case 13:
            name, url = known.name, known.url
        case 17:
            words = BEES
    return a_launch(name, tagline=tagline(random, words), url=url)


def live(newsroom: Newsroom) -> Year:
    random = Random(2026)
    drawn = ["".join(parts) for parts in product(SYLLABLES, ENDINGS)]
    random.shuffle(drawn)
    names = iter(drawn)
    held, reports = tools(random, names), []
    newsroom.holds_verdicts_on(*held)
    for day in range(DAYS):
        newsroom.clock.move(days=1)
        if day == BEES_DAY:
            newsroom.holds_verdicts_on(
                a_tool("Apiary", tagline=f"Keeps {BEES}", description="", category="Bees"),
                a_tool("Drone Ledger", tagline=f"Counts {BEES}", description="", category="Bees"),
            )
        with newsroom.sessions.begin() as session:
            store.keep_launch(session, launch_of(day, random, names, held), newsroom.clock())
        if day % EVERY == 0 or day == DAYS - 1:
            reports += [(newsroom.clock(), report) for report in newsroom.pairs(due=True)]
    with reading(newsroom.sessions) as session:
        return Year(held, reports, store.launches(session), comparisons.latest(session, 1000))


@pytest.fixture(scope="module")
def year(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    folder = tmp_path_factory.mktemp("year")
    engine = open_engine(f"sqlite:///{shutil.copy(sqlite_template, folder / 'digest.db')}")
    with FeedServer() as web:
        yield live(Newsroom(open_sessions(engine), folder, web))
    engine.dispose()


def test_the_year_has_something_to_tell(year: Year) -> None:
    states = Counter(launch.state for launch in year.launches)
    assert states[LaunchState.PAIRED] > DAYS / 2
    assert min(states[state] for state in WAITING) > 0
    assert {pair.why.ranker for pair in year.pairs} == {"bm25", "version"}


def test_every_launch_has_its_comparison_or_a_reason(year: Year) -> None:
    assert len(year.launches) == DAYS
    assert len(year.of(LaunchState.PAIRED)) == len(year.pairs)
    waiting = year.of(*WAITING)
    assert len(waiting) + len(year.pairs) == DAYS
    assert all(launch.reason for launch in waiting)
    assert not any(launch.reason for launch in year.of(LaunchState.PAIRED))


def test_nobody_is_an_opponent_too_often_in_any_thirty_days(year: Year) -> None:
    when: dict[str, list[datetime]] = defaultdict(list)
    for pair in sorted(year.pairs, key=lambda pair: pair.published_at):
        when[pair.incumbent.slug].append(pair.published_at)
    for moments in when.values():
        for first, fourth in zip(moments, moments[MOST_USES:], strict=False):
            assert fourth - first > RECENT
    rested = [one for _, one in year.reports if "was an opponent 3 times lately" in one.reason]
    assert rested  # the fashion wore some opponents out


def test_nobody_meets_itself_its_maker_or_another_of_its_family(year: Year) -> None:
    for pair in year.pairs:
        assert pair.challenger.slug != pair.incumbent.slug
        assert owner(pair.challenger.url) != owner(pair.incumbent.url)
        version = relation(pair.challenger.name, pair.incumbent.name) is Relation.VERSION
        assert version == (pair.why.ranker == "version")


def test_nobody_is_a_challenger_twice_and_no_two_meet_twice(year: Year) -> None:
    assert len({pair.challenger.slug for pair in year.pairs}) == len(year.pairs)
    assert len({frozenset((p.challenger.slug, p.incumbent.slug)) for p in year.pairs}) == len(
        year.pairs
    )


def test_an_opponent_holds_a_verdict(year: Year) -> None:
    assert all(pair.incumbent.verdict for pair in year.pairs)


def test_a_launch_of_a_tool_we_hold_is_that_tools(year: Year) -> None:
    names = {tool.name for tool in year.held}
    challenged = [pair.challenger for pair in year.pairs if pair.challenger.name in names]
    assert challenged
    assert all(challenger.verdict for challenger in challenged)
    assert {"Studio"} == {one.name.split()[-1] for one in year.of(LaunchState.UNCLEAR)}


def test_who_waited_meets_the_first_verdict_that_fits(year: Year) -> None:
    came = year.reports[0][0] + timedelta(days=BEES_DAY)
    of_bees = [(at, one) for at, one in year.reports if is_of_bees(one.launch)]
    assert {one.state for at, one in of_bees if at < came} == {LaunchState.UNMATCHED}
    met = [one.pair.incumbent.category for at, one in of_bees if at == came and one.pair]
    assert met == ["Bees"] * 2 * MOST_USES  # by then more wait than two tools may meet in a month


def is_of_bees(launch: Launch) -> bool:
    return not set(BEES.split()).isdisjoint(launch.tagline.replace(",", "").split())

"""What a reader may choose, and how a form says it."""

import itertools
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import InputError
from digest.model import Cadence
from digest.readers import preferences
from digest.readers.preferences import END, KEEP, PAUSES, Choice, among, change, may_mail, offered
from tests.makers import SUNDAY

names = st.lists(st.text(min_size=1, max_size=20), max_size=6)
moments = st.none() | st.timedeltas(timedelta(0), timedelta(days=400)).map(lambda by: SUNDAY + by)
some_choice = st.builds(
    Choice,
    categories=names.map(tuple),
    cadence=st.sampled_from(Cadence),
    language=st.sampled_from(["en", "de"]),
    paused_until=moments,
)


@given(names, names)
def test_whatever_a_reader_chose_is_offered_and_ticked_again(
    known: list[str], chosen: list[str]
) -> None:
    shown = offered(known, chosen)
    ticked = among(shown, chosen)
    assert {name.casefold() for name in ticked} == {name.casefold() for name in chosen}
    assert among(shown, ticked) == ticked
    assert among(offered(known, ticked), ticked) == ticked


def test_a_category_is_offered_once_as_it_is_written_now() -> None:
    assert offered(["Voice", "Data"], ["VOICE", "Law", ""]) == ("Data", "Law", "Voice")


def test_what_was_not_offered_cannot_be_ticked() -> None:
    assert among(("Data", "Voice"), ["voice"]) == ("Voice",)
    with pytest.raises(InputError, match="categories that are shown"):
        among(("Data", "Voice"), ["Voice", "Law"])


@given(some_choice, some_choice)
def test_a_change_tells_what_was_and_what_is(before: Choice, after: Choice) -> None:
    told = change(before, after)
    same = change(before, before)
    assert same == {}
    if told:
        assert told["before"].keys() == told["after"].keys()
        assert all(told["before"][name] != told["after"][name] for name in told["before"])
    else:
        assert sorted(before.categories) == sorted(after.categories)


@pytest.mark.parametrize(
    ("text", "held", "until"),
    [
        (KEEP, None, None),
        (KEEP, SUNDAY, SUNDAY),
        (END, None, None),
        (END, SUNDAY, None),
        ("4", None, SUNDAY + timedelta(weeks=4)),
        ("1", SUNDAY + timedelta(weeks=9), SUNDAY + timedelta(weeks=1)),
    ],
)
def test_a_pause_is_kept_ended_or_counted_from_now(
    text: str, held: datetime | None, until: datetime | None
) -> None:
    assert preferences.pause(text, held, SUNDAY) == until


@given(st.text(max_size=4))
def test_a_pause_lasts_as_long_as_the_form_offers(text: str) -> None:
    if text in {KEEP, END, *map(str, PAUSES)}:
        return
    with pytest.raises(InputError):
        preferences.pause(text, None, SUNDAY)


def test_a_cadence_and_a_language_are_among_those_shown() -> None:
    assert preferences.cadence("ships") is Cadence.SHIPS
    assert preferences.language("", "pt", ["en"]) == "pt"
    assert preferences.language("pt", "pt", ["en"]) == "pt"
    assert preferences.language("en", "pt", ["en"]) == "en"
    for refused in ("", "daily", "WEEKLY"):
        with pytest.raises(InputError):
            preferences.cadence(refused)
    with pytest.raises(InputError):
        preferences.language("xx", "pt", ["en"])


@pytest.mark.parametrize(
    ("minutes_ago", "may"),
    [
        ([], True),
        ([9], False),
        ([10], True),
        ([10, 20], True),
        ([10, 20, 30], False),
        ([10, 20, 1440], True),
        ([1439, 1400, 1300], False),
    ],
)
def test_links_are_mailed_seldom(minutes_ago: list[int], may: bool) -> None:
    mailed = [SUNDAY - timedelta(minutes=minutes) for minutes in minutes_ago]
    assert may_mail(mailed, SUNDAY) is may


@given(st.lists(st.timedeltas(timedelta(0), timedelta(hours=3)), max_size=40))
def test_no_pressing_of_a_button_mails_more_than_three_links_a_day(pauses: list[timedelta]) -> None:
    mailed: list[datetime] = []
    now = SUNDAY
    for pause in pauses:
        now += pause
        if may_mail(mailed, now):
            mailed.append(now)
    for moment in mailed:
        of_the_day = [one for one in mailed if timedelta(0) <= one - moment < timedelta(days=1)]
        assert len(of_the_day) <= 3
    gaps = [later - earlier for earlier, later in itertools.pairwise(mailed)]
    assert all(gap >= timedelta(minutes=10) for gap in gaps)


def test_a_page_that_stays_open_gives_no_address_away() -> None:
    assert preferences.masked("reader+news@inbox.example") == "r…@inbox.example"

"""What a model made of a text is remembered: encoding is what pairing costs."""

from dataclasses import replace

import numpy as np
import pytest

from db.engine import Sessions
from digest.jobs.remember import AT_ONCE, Remembering
from digest.jobs.tidy import tidy
from tests.fakes import Meanings, StoppedClock
from tests.makers import SUNDAY, a_tool
from tests.newsroom import Newsroom, a_product_hunt_feed, titles

TOPICS = ("phone calls speech", "hiking maps trails", "notes drafts")
CLOCK = StoppedClock(SUNDAY)
CALLWISE = a_tool(
    "Callwise",
    tagline="Transcribes phone calls into notes",
    description="",
    best_for="",
    category="Voice",
)


def remembering(sessions: Sessions, model: Meanings) -> Remembering:
    return Remembering(model, sessions, CLOCK)


def test_a_text_is_encoded_once_whatever_asks_for_it(sessions: Sessions) -> None:
    model = Meanings(*TOPICS)
    first = remembering(sessions, model)(["calls", "maps", "calls"])
    again = remembering(sessions, model)(["maps", "calls", "drafts"])
    assert model.asked == ["calls", "maps", "drafts"]
    assert (first[[0, 1]] == again[[1, 0]]).all()
    assert (first[0] == first[2]).all()


def test_what_is_remembered_is_what_the_model_said(sessions: Sessions) -> None:
    texts = ["calls", "hiking drafts", "", "é 日本語", "calls" * 10_000]
    expected = Meanings(*TOPICS)(texts)
    for _ in ("computed", "remembered"):
        found = remembering(sessions, Meanings(*TOPICS))(texts)
        assert found.dtype.name == "float32"
        assert np.array_equal(found, expected)


def test_another_model_reads_the_text_for_itself(sessions: Sessions) -> None:
    small, large = Meanings(*TOPICS), Meanings(*TOPICS[::-1], model="meanings-2")
    one = remembering(sessions, small)(["calls"])
    other = remembering(sessions, large)(["calls"])
    assert (small.asked, large.asked) == (["calls"], ["calls"])
    assert (one != other).any()
    assert (remembering(sessions, small)(["calls"]) == one).all()


def test_no_texts_are_no_question(sessions: Sessions) -> None:
    model = Meanings(*TOPICS)
    assert remembering(sessions, model)([]).shape == (0, 4)
    assert model.asked == []


def test_a_killed_run_keeps_what_it_had_computed(sessions: Sessions) -> None:
    texts = [f"call number {number}" for number in range(3 * AT_ONCE)]
    with pytest.raises(KeyboardInterrupt):
        remembering(sessions, Meanings(*TOPICS, patience=2 * AT_ONCE))(texts)
    patient = Meanings(*TOPICS)
    assert len(remembering(sessions, patient)(texts)) == 3 * AT_ONCE
    assert patient.asked == texts[2 * AT_ONCE :]


def test_a_second_run_encodes_only_what_is_new(newsroom: Newsroom) -> None:
    model = Meanings(*TOPICS)
    newsroom.parts = replace(newsroom.parts, embed=model)
    newsroom.holds_verdicts_on(CALLWISE)
    launch = a_product_hunt_feed(("Earmark", "Transcribes phone calls in real-time"))
    newsroom.follows("/one", launch)
    newsroom.collects()
    [report] = newsroom.pairs()
    assert titles([report]) == ["Earmark vs Callwise"]
    assert report.pair
    assert report.pair.why.ranker == "bm25+meaning"
    assert len(model.asked) == len(set(model.asked)) == 3  # the tool, its category, the launch

    newsroom.clock.move(days=1)
    newsroom.follows("/two", a_product_hunt_feed(("Trailpost", "Hiking maps for trails")))
    newsroom.collects()
    newsroom.pairs()
    assert model.asked[3:] == ["Trailpost: Hiking maps for trails"]


def test_a_tool_that_tells_something_new_is_encoded_again(newsroom: Newsroom) -> None:
    model = Meanings(*TOPICS)
    newsroom.parts = replace(newsroom.parts, embed=model)
    newsroom.follows("/one", a_product_hunt_feed(("Trailpost", "Hiking maps for trails")))
    newsroom.collects()
    for tool in (CALLWISE, replace(CALLWISE, tagline="Speech to text"), CALLWISE):
        newsroom.holds_verdicts_on(tool)
        newsroom.pairs()
    assert [text for text in model.asked if text.startswith("Callwise")] == [
        "Callwise: Transcribes phone calls into notes",
        "Callwise: Speech to text",
    ]


def test_where_nothing_waits_nothing_is_encoded(newsroom: Newsroom) -> None:
    model = Meanings(*TOPICS)
    newsroom.parts = replace(newsroom.parts, embed=model)
    newsroom.holds_verdicts_on(CALLWISE)
    assert newsroom.pairs() == []
    assert model.asked == []


def test_what_was_computed_half_a_year_ago_is_computed_again(sessions: Sessions) -> None:
    model, clock = Meanings(*TOPICS), StoppedClock(SUNDAY)
    Remembering(model, sessions, clock)(["calls"])
    clock.move(days=179)
    assert tidy(sessions, clock).vectors == 0
    clock.move(days=2)
    assert tidy(sessions, clock).vectors == 1
    Remembering(model, sessions, clock)(["calls"])
    assert model.asked == ["calls", "calls"]

"""What editors do to an issue, alone and two at once."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import NotAllowedError
from digest.issues.composing import MOST, worded
from digest.issues.editing import (
    Clash,
    Conflict,
    Place,
    Save,
    added,
    brought_back,
    dropped,
    fields,
    following,
    moved,
    replaced,
    saved,
)
from digest.language import ENGLISH
from digest.model import Issue, IssueKind, Item
from tests.makers import a_comparison, a_tool, an_issue


def holding(*slugs: str, **fields: object) -> Issue:
    return an_issue(items=tuple(Item(comparison=slug) for slug in slugs), version=7, **fields)


def order(issue: Issue) -> list[str]:
    return [item.comparison for item in issue.items]


# --- words ---------------------------------------------------------------------------------


def test_words_are_saved_clean() -> None:
    now = {"subject": " One\nline ", "intro": "Two\r\nlines\r\n", "takeaway a": "Take\tit."}
    done = saved(holding("a"), Save(version=7, now=now))
    assert isinstance(done, Issue)
    assert (done.subject, done.intro, done.items[0].takeaway) == (
        "One line",
        "Two\nlines",
        "Take it.",
    )


def test_a_save_upon_the_newest_version_needs_to_tell_nothing_else() -> None:
    assert fields(saved_issue(holding(), {"headline": "Mine"}))["headline"] == "Mine"


def saved_issue(issue: Issue, now: dict[str, str]) -> Issue:
    done = saved(issue, Save(version=issue.version, now=now))
    assert isinstance(done, Issue)
    return done


def test_saves_of_different_fields_go_together() -> None:
    theirs = holding("a", subject="Theirs", headline="Old")
    was = {"subject": "Old", "headline": "Old"}
    done = saved(theirs, Save(version=6, was=was, now={"subject": "Old", "headline": "Mine"}))
    assert isinstance(done, Issue)
    assert (done.subject, done.headline) == ("Theirs", "Mine")


def test_the_second_save_of_a_field_is_a_conflict_with_both_versions() -> None:
    theirs = holding("a", subject="Theirs", edited_by="ada@desk.example")
    was = {"subject": "Old", "headline": theirs.headline}
    save = Save(version=6, was=was, now={"subject": "Mine", "headline": "Also mine"})
    assert saved(theirs, save) == Conflict(
        theirs, save, (Clash("subject", "Old", "Theirs", "Mine"),)
    )


def test_two_who_wrote_the_same_agree() -> None:
    theirs = holding(subject="Same")
    assert saved(theirs, Save(version=6, was={"subject": "Old"}, now={"subject": "Same"})) == theirs


def test_an_old_save_that_does_not_tell_what_it_saw_overwrites_nothing() -> None:
    done = saved(holding(subject="Theirs"), Save(version=6, now={"subject": "Mine"}))
    assert isinstance(done, Conflict)


def test_a_takeaway_whose_comparison_went_to_the_tray_goes_with_it() -> None:
    done = saved_issue(dropped(holding("a", "b"), "a", "no"), {"takeaway a": "Mine"})
    assert done.tray == (Item(comparison="a", takeaway="Mine", dropped="no"),)


def test_a_takeaway_whose_comparison_is_gone_is_a_conflict() -> None:
    done = saved(holding("b"), Save(version=6, was={"takeaway a": ""}, now={"takeaway a": "Mine"}))
    assert isinstance(done, Conflict)
    assert done.clashes == (Clash("takeaway a", "", "", "Mine"),)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ({"subject": "x" * 201}, "the subject has 201 characters of at most 200"),
        ({"intro": "x" * 5001}, "the intro has 5,001 characters of at most 5,000"),
        ({"takeaway a": "x" * 1001}, "the takeaway a has 1,001 characters of at most 1,000"),
        ({"order": "b a"}, "'order' is no field with words"),
        ({"takeaway z": "x"}, "it has no takeaway z"),
    ],
)
def test_words_that_do_not_fit_are_refused(now: dict[str, str], said: str) -> None:
    with pytest.raises(NotAllowedError, match=said):
        saved(holding("a"), Save(version=7, now=now))


WORDS = st.dictionaries(
    st.sampled_from(["subject", "preheader", "headline", "intro", "takeaway a"]),
    st.sampled_from(["red", "green", "blue"]),
)


@given(base=WORDS, theirs=WORDS, mine=WORDS)
def test_of_two_saves_each_word_is_kept_or_told(
    base: dict[str, str], theirs: dict[str, str], mine: dict[str, str]
) -> None:
    start = saved_issue(holding("a"), base)
    seen = fields(start)
    first = saved_issue(start, theirs)
    second = saved(first, Save(version=6, was=seen, now=mine))
    told = {clash.field: clash for clash in getattr(second, "clashes", ())}
    after = fields(second.issue if isinstance(second, Conflict) else second)
    for name, text in mine.items():
        if told:  # nothing of it was saved, and what stands against it is told
            assert after[name] == fields(first)[name]
        elif text != seen[name]:
            assert after[name] == text
        if text != seen[name] and fields(first)[name] not in (seen[name], text):
            assert (told[name].theirs, told[name].mine) == (fields(first)[name], text)


# --- comparisons ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slug", "place", "left"),
    [
        ("b", Place.UP, "bac"),
        ("b", Place.DOWN, "acb"),
        ("c", Place.LEAD, "cab"),
        ("a", Place.UP, "abc"),
        ("c", Place.DOWN, "abc"),
    ],
)
def test_a_comparison_moves_and_stays_at_the_ends(slug: str, place: Place, left: str) -> None:
    assert order(moved(holding("a", "b", "c"), slug, place)) == list(left)


def test_what_is_dropped_lies_in_the_tray_and_comes_back_to_the_end() -> None:
    issue = saved_issue(holding("a", "b"), {"takeaway a": "Mine"})
    laid = dropped(issue, "a", " too\nold ")
    assert laid.tray == (Item(comparison="a", takeaway="Mine", dropped="too old"),)
    assert brought_back(laid, "a").items == (issue.items[1], issue.items[0])


def test_another_opponent_takes_the_place_and_the_old_pair_is_kept() -> None:
    done = replaced(holding("a", "b", "c"), "b", "x")
    assert order(done) == ["a", "x", "c"]
    assert done.tray == (Item(comparison="b", dropped="another opponent was chosen: x"),)


FULL = tuple(f"n{number}" for number in range(MOST))
REFUSED: list[tuple[Callable[[], Issue], str]] = [
    (lambda: dropped(holding("a"), "a", " "), "it needs a reason"),
    (lambda: dropped(holding("a"), "b", "no"), "2026-W47 does not hold it"),
    (lambda: moved(dropped(holding("a"), "a", "old"), "a", Place.UP), "in the tray .*: old"),
    (lambda: brought_back(holding("a"), "a"), "it is not in the tray"),
    (lambda: added(holding("a"), "a"), "holds it already"),
    (lambda: added(dropped(holding("a"), "a", "old"), "a"), "bring it back"),
    (lambda: added(holding(*FULL), "b"), r"is full \(8\); drop one first"),
    (lambda: replaced(holding("a", "b"), "a", "b"), "holds it already"),
    (lambda: added(holding("a", kind=IssueKind.COMPARISON), "b"), "the issue of one comparison"),
    (lambda: dropped(holding("a", kind=IssueKind.COMPARISON), "a", "x"), "of one comparison"),
]


@pytest.mark.parametrize(("act", "said"), REFUSED, ids=lambda one: one if type(one) is str else "")
def test_what_cannot_be_done_says_why(act: Callable[[], Issue], said: str) -> None:
    with pytest.raises(NotAllowedError, match=said):
        act()


@given(st.permutations("abcd"), st.lists(st.sampled_from(["up", "down", "lead"]), max_size=9))
def test_moving_loses_nothing(slugs: list[str], ways: list[str]) -> None:
    issue = holding(*slugs)
    for way in ways:
        issue = moved(issue, "a", Place(way))
    assert sorted(order(issue)) == list("abcd")


# --- words that follow ---------------------------------------------------------------------

THREE = tuple(a_comparison(a_tool(name)) for name in ("Plainwright", "Fernwick", "Aldermoor"))


def test_words_nobody_wrote_follow_what_the_issue_holds() -> None:
    before = worded(an_issue(), THREE)
    after = following(before, THREE, dropped(before, THREE[0].slug, "old"), THREE[1:], ENGLISH)
    assert before.intro.startswith("Three head-to-heads")
    assert after.intro.startswith("Two head-to-heads")
    assert (before.headline, after.headline) == (
        "Plainwright or Notekeel?",
        "Fernwick or Notekeel?",
    )


def test_words_that_somebody_wrote_stay() -> None:
    written = saved_issue(worded(an_issue(version=7), THREE), {"intro": "Ours.", "subject": "Mine"})
    after = following(written, THREE, dropped(written, THREE[0].slug, "old"), THREE[1:], ENGLISH)
    assert (after.intro, after.subject) == ("Ours.", "Mine")
    assert after.headline == "Fernwick or Notekeel?"


def test_an_issue_that_holds_nothing_any_more_keeps_its_words() -> None:
    before = worded(an_issue(), THREE[:1])
    emptied = dropped(before, THREE[0].slug, "old")
    assert following(before, THREE[:1], emptied, (), ENGLISH) == emptied

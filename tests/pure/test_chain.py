"""The audit's chain: whatever is done to its lines shows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.chain import Head, Line, canonical, check, following
from tests.makers import SUNDAY

WORDS = st.text(max_size=8)
DETAILS = st.dictionaries(
    WORDS, WORDS | st.integers() | st.booleans() | st.lists(WORDS), max_size=3
)
LINES = st.builds(
    Line,
    who=WORDS,
    act=WORDS,
    what=WORDS,
    detail=DETAILS,
    ip=WORDS,
    created_at=st.integers(0, 10**9).map(lambda second: SUNDAY + timedelta(microseconds=second)),
)


def chained(lines: Sequence[Line], before: int = 0) -> tuple[list[Line], Head]:
    """The lines as they are kept, and the head; so many of them are from before the chain."""
    kept, head = [], Head()
    for number, line in enumerate(lines):
        head = following(head, line)
        kept.append(replace(line, id=number + 1, hash=head.hash if number >= before else ""))
    return kept, head


@given(st.lists(LINES, max_size=6), st.integers(0, 3))
def test_a_chain_that_nobody_touched_is_whole(lines: list[Line], before: int) -> None:
    kept, head = chained(lines, min(before, len(lines)))
    checked = check(kept, head)
    assert (checked.broken, checked.head) == (None, head)


@given(st.data(), st.lists(LINES, min_size=1, max_size=6), st.integers(0, 2))
def test_a_changed_line_is_found(data: st.DataObject, lines: list[Line], before: int) -> None:
    kept, head = chained(lines, min(before, len(lines) - 1))
    place = data.draw(st.integers(0, len(kept) - 1))
    other = data.draw(LINES.filter(lambda line: canonical(line) != canonical(kept[place])))
    kept[place] = replace(other, id=kept[place].id, hash=kept[place].hash)
    broken = check(kept, head).broken
    assert broken == max(place + 1, min(before, len(lines) - 1) + 1)  # the first that has a hash


@given(st.data(), st.lists(LINES, min_size=1, max_size=6), st.text("0123456789abcdef", max_size=64))
def test_a_changed_hash_is_found(data: st.DataObject, lines: list[Line], other: str) -> None:
    kept, head = chained(lines)
    place = data.draw(st.integers(0, len(kept) - 1))
    kept[place] = replace(kept[place], hash=other)
    # A first line that says it is from before the chain is still covered by the next, or the head.
    innocent = not other and place == 0
    assert (check(kept, head).broken is None) == innocent


@given(st.data(), st.lists(LINES, min_size=1, max_size=6))
def test_a_line_taken_out_is_found(data: st.DataObject, lines: list[Line]) -> None:
    kept, head = chained(lines)
    place = data.draw(st.integers(0, len(kept) - 1))
    del kept[place]
    assert check(kept, head).broken == (place + 2 if place < len(kept) else 0)


@given(st.data(), st.lists(LINES, min_size=1, max_size=6), LINES)
def test_a_line_put_in_is_found(data: st.DataObject, lines: list[Line], forged: Line) -> None:
    kept, head = chained(lines)
    place = data.draw(st.integers(0, len(kept)))
    given_hash = data.draw(st.sampled_from(["", "0" * 64, kept[0].hash, head.hash]))
    kept.insert(place, replace(forged, id=99, hash=given_hash))
    assert check(kept, head).broken is not None


@given(st.data(), st.lists(LINES, min_size=2, max_size=6))
def test_lines_that_changed_places_are_found(data: st.DataObject, lines: list[Line]) -> None:
    kept, head = chained(lines)
    order = data.draw(st.permutations(range(len(kept))).filter(lambda them: them != sorted(them)))
    assert check([kept[place] for place in order], head).broken is not None


@pytest.mark.parametrize("head", [Head(), Head("0" * 64, 1), Head("0" * 64, 2)])
def test_a_head_that_is_not_the_last_line_is_found(head: Head) -> None:
    kept, _ = chained([a_line()])
    assert check(kept, head).broken == 0


def test_lines_from_before_the_chain_need_no_head() -> None:
    kept, _ = chained([a_line(), a_line(act="cancel")], before=2)
    assert check(kept, Head()).broken is None


def test_the_order_in_which_details_are_told_is_no_change() -> None:
    one, two = a_line(detail={"a": 1, "b": [2]}), a_line(detail={"b": (2,), "a": 1})
    assert canonical(one) == canonical(two)


def a_line(**fields: Any) -> Line:
    usual: dict[str, Any] = {"who": "pat", "act": "submit", "what": "2026-W47"}
    return Line(**(usual | {"created_at": SUNDAY} | fields))

"""What has changed, field by field and line by line."""

from hypothesis import given
from hypothesis import strategies as st

from digest.issues.differences import Change, Line, around, changes, lines

FIELDS = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["", "x", "y"]))
TEXT = st.lists(st.sampled_from(["one", "two", "? three", "- four", ""]), max_size=8)


def test_fields_that_came_went_and_changed_are_told() -> None:
    assert changes({"a": "1", "b": "1", "c": "1"}, {"a": "2", "b": "1", "d": "1"}) == (
        Change("a", "1", "2"),
        Change("d", "", "1"),
        Change("c", "1", ""),
    )


@given(FIELDS, FIELDS)
def test_changes_lead_from_one_state_to_the_other(
    before: dict[str, str], after: dict[str, str]
) -> None:
    done = before | {change.field: change.after for change in changes(before, after)}
    assert {k: v for k, v in done.items() if v} == {k: v for k, v in after.items() if v}


@given(TEXT, TEXT)
def test_both_texts_can_be_read_from_their_difference(before: list[str], after: list[str]) -> None:
    found = lines("\n".join(before), "\n".join(after))
    assert [line.text for line in found if line.sign != "+"] == "\n".join(before).splitlines()
    assert [line.text for line in found if line.sign != "-"] == "\n".join(after).splitlines()


def test_only_the_lines_around_a_change_are_shown() -> None:
    found = around(lines("a\nb\nc\nd\ne", "a\nb\nx\nd\ne"), 1)
    assert found == (Line(" ", "b"), Line("-", "c"), Line("+", "x"), Line(" ", "d"))


def test_the_same_text_has_no_changes_to_show() -> None:
    assert around(lines("a\nb", "a\nb")) == ()

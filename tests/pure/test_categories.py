"""What a pool's own categories say of a launch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.pairing.categories import Categories, Classifier, is_sorted, standardised
from digest.pairing.matching import Pool, rank
from tests.fakes import Meanings
from tests.pure.pool import launched, told

MODEL = Meanings("phone calls", "hiking maps", "voice")
ALL = np.ones(4, dtype=np.bool_)

numbers = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=12)


@pytest.mark.parametrize("label", ["", "Other", "Text > Other", "misc", "Uncategorised "])
def test_some_categories_say_nothing(label: str) -> None:
    assert not is_sorted(label)
    assert Categories([label, "Voice"]).numbers.tolist() == [-1, 0]


def test_a_category_is_one_in_any_case() -> None:
    categories = Categories(["Voice", "Code", "voice", "Text > Other"])
    assert (len(categories), categories.numbers.tolist()) == (2, [1, 0, 1, -1])
    assert (categories.number("VOICE"), categories.number("Photo")) == (1, -1)


def test_a_category_of_near_tools_pulls_and_one_of_far_tools_pushes() -> None:
    categories = Categories(["Voice", "Voice", "Maps", ""])
    pull = categories.pull(np.array([1.0, 0.5, -1.0, 0.0]), ALL, None)
    assert pull[0] == pull[1] > 0 > pull[2]
    assert pull[3] == 0  # neither for nor against


def test_a_pool_in_which_all_are_alike_pulls_nowhere() -> None:
    similar = np.array([1.0, 0.5, -1.0, 0.0])
    assert Categories([""] * 4).pull(similar, ALL, None).tolist() == [0, 0, 0, 0]
    assert Categories(["Voice"] * 4).pull(similar, ALL, None).tolist() == [0, 0, 0, 0]


def test_who_is_not_allowed_does_not_speak_for_a_category() -> None:
    categories = Categories(["Voice", "Maps", "Voice", "Maps"])
    similar = np.array([9.0, 0.0, -1.0, 0.0])
    without_the_first = np.array([False, True, True, True])
    assert categories.pull(similar, ALL, None)[0] > 0
    assert categories.pull(similar, without_the_first, None)[0] < 0


def test_only_a_categorys_five_nearest_count_so_that_size_is_no_merit() -> None:
    labels = ["Voice"] * 20 + ["Maps"] * 5
    similar = np.array([1.0] * 5 + [-3.0] * 15 + [0.9] * 5)
    pull = Categories(labels).pull(similar, np.ones(25, dtype=np.bool_), None)
    assert pull[0] > pull[-1]


def test_a_classifier_learns_which_way_a_categorys_tools_point() -> None:
    texts = ["phone", "calls", "calls phone", "hiking", "maps", "hiking maps"]
    learned = Classifier(MODEL(texts), np.array([0, 0, 0, 1, 1, -1]), 2)
    calls, maps = (learned.strength(MODEL([text])[0]) for text in ("phone calls", "maps"))
    assert calls.argmax() == 0
    assert maps.argmax() == 1


def test_one_labelled_tool_is_enough_to_learn_from() -> None:
    learned = Classifier(MODEL(["phone", "maps"]), np.array([0, -1]), 1)
    assert np.isfinite(learned.strength(MODEL(["calls"])[0])).all()


def test_the_very_words_of_a_category_count() -> None:
    labels = ["Phone > Calls", "Maps", ""]
    categories = Categories(labels, MODEL(["a", "b", "c"]), MODEL)
    assert "Phone: Calls" in MODEL.asked
    near, far, none = categories.label_cosine(MODEL(["calls"])[0])
    assert near > far > 0 == none
    assert categories.label_cosine(None).tolist() == [0, 0, 0]


def test_a_category_can_turn_the_order_of_two_tools() -> None:
    crowd = [told(f"Ring {n}", f"Rings, answers and routes calls {n}", "Voice") for n in "abcde"]
    lone = told("Lone", "Rings, answers and routes calls anywhere", "Maps")
    others = [told(f"Map {n}", f"Prints large paper maps number {n}", "Maps") for n in "abcde"]
    ranked = rank(launched("Earmark", "Answers calls, routes calls"), Pool([lone, *crowd, *others]))
    names = [candidate.tool.name for candidate in ranked]
    assert names.index("Lone") == 5


@given(numbers)
def test_standardised_values_have_no_mean_and_one_spread_or_are_nothing(
    values: list[float],
) -> None:
    found = standardised(np.array(values))
    assert np.isfinite(found).all()
    assert abs(found.mean()) < 1e-6
    assert found.std() == pytest.approx(1, abs=1e-6) or not found.any()


@given(numbers, st.data())
def test_who_is_not_among_them_is_standardised_to_nothing(
    values: list[float], data: st.DataObject
) -> None:
    among = np.array([data.draw(st.booleans()) for _ in values], dtype=np.bool_)
    assert not standardised(np.array(values), among)[~among].any()

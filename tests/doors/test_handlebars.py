"""Whatever stands in an issue, Handlebars makes of our templates what was approved: nobody has seen
the parser of Amazon SES, but this is the language that it says it reads."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.markers import Marker
from digest.readers.addressing import filled
from digest.readers.merging import IN_HTML, template, variables
from digest.standin import merging as service
from tests.judges.node import judged
from tests.pure.test_addressing import VALUES
from tests.pure.test_merging import MERGED, a_copy

TEXTS, AT_ONCE = 100_000, 5  # each as text and as HTML
IN_A_RUN = 20_000  # of Node
EVERYTHING = "".join([*Marker, "{{ }} \\\\"])  # what a template can ask for


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_hundred_thousand_hostile_texts_arrive_as_they_were_approved() -> None:
    values = a_copy(text=EVERYTHING, html=EVERYTHING).values
    whole: list[tuple[str, str]] = []  # a template, and what was approved

    @settings(max_examples=TEXTS // AT_ONCE)
    @given(st.lists(MERGED, min_size=AT_ONCE, max_size=AT_ONCE))
    def arrive(texts: list[str]) -> None:
        for text in texts:
            made = {"Text": template(text), "Html": template(text, IN_HTML)}
            approved = filled(text, VALUES).replace("\r\n", "\n")
            assert variables(*made.values()) <= values.keys()
            assert set(service.merged(made, values).values()) <= {approved}
            whole.extend((one, approved) for one in made.values())

    arrive()
    assert len(whole) >= 2 * TEXTS
    for start in range(0, len(whole), IN_A_RUN):
        some = whole[start : start + IN_A_RUN]
        named = {str(place): template for place, (template, _) in enumerate(some)}
        made = judged("handlebars.mjs", named, json.dumps(values))
        wrong = [one for place, one in enumerate(some) if made[str(place)] != one[1]]
        assert not wrong

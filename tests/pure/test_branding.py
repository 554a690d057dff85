import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import InputError
from digest.issues.branding import READABLE, branded
from digest.issues.colors import contrast
from tests.makers import the_mail_templates

TOKENS = json.loads(the_mail_templates()["tokens.json"])
colors = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_without_an_accent_the_tokens_stay() -> None:
    assert branded(TOKENS, "") == TOKENS


def test_an_accent_is_the_brand_and_the_button() -> None:
    light = branded(TOKENS, "#1d4ed8")["light"]
    assert (light["brand"], light["button"]) == ("#1d4ed8", "#1d4ed8")
    assert (light["brand_on"], light["button_on"]) == ("#ffffff", "#ffffff")


def test_a_dark_accent_is_lighter_at_night() -> None:
    dark = branded(TOKENS, "#1e1b4b")["dark"]
    assert contrast("#1e1b4b", dark["card"]) < READABLE <= contrast(dark["button"], dark["card"])


def test_an_accent_nobody_can_read_is_refused_with_its_contrast() -> None:
    with pytest.raises(InputError, match=r"#ffff00 stands out from #ffffff by 1\.1 to 1"):
        branded(TOKENS, "#ffff00")


@given(colors)
def test_whatever_accent_is_taken_can_be_read_in_light_and_dark(accent: str) -> None:
    try:
        tokens = branded(TOKENS, accent)
    except InputError:
        assert contrast(accent, "#ffffff") < READABLE
        return
    for scheme in ("light", "dark"):
        colors = tokens[scheme]
        for part in ("brand", "button"):
            assert contrast(colors[part], colors[f"{part}_on"]) >= READABLE
            assert contrast(colors[part], colors["card"]) >= READABLE

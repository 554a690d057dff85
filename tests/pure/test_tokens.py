import json
import re

import pytest

from tests.makers import the_mail_templates

TEMPLATES = the_mail_templates()
TOKENS = json.loads(TEMPLATES["tokens.json"])
SOURCES = {path: source for path, source in TEMPLATES.items() if path.endswith(".mjml")}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


TONES = ("ship", "skip", "split", "unreviewed")
PAIRS = [("ink", "card"), ("mute", "card"), ("mute", "page"), ("button_on", "button")]
PAIRS += [("panel_ink", "panel"), ("panel_text", "panel"), ("panel_mute", "panel")]
PAIRS += [(f"{name}_on", name) for name in ("a", "b", "brand", *TONES)]
PAIRS += [(f"{tone}_ink", ground) for tone in TONES for ground in (f"{tone}_soft", "card")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_what_is_written_can_be_read_on_its_ground(scheme: str, ink: str, ground: str) -> None:
    low, high = sorted(luminance(TOKENS[scheme][name]) for name in (ink, ground))
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_each_colour_has_one_home_and_a_dark_twin() -> None:
    assert TOKENS["light"].keys() == TOKENS["dark"].keys()
    for path, source in SOURCES.items():
        assert not re.findall(r"#[0-9a-fA-F]{6}\b", source), path


def test_every_length_mrml_reads_has_its_unit() -> None:
    for path, source in SOURCES.items():
        for value in re.findall(r'<mj-[^>]*?\b(?:[a-z-]*padding|border-radius)="([^"{]*)"', source):
            assert re.fullmatch(r"(\d+px ?)+", value), f"{path}: {value}"

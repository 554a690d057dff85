"""Every mail looks as it looked when somebody last looked at it."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.email.golden import FOLDER, GOLDEN, Golden, problem, taken
from tests.email.pictures import TOLERANCE, difference, drawn, few_colors
from tests.judges.browser import Screen

HOW = "if it is meant: .venv/bin/python3 -m tests.email.golden --update"


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.file.stem)
def test_a_mail_looks_as_it_did(screen: Screen, golden: Golden, tmp_path: Path) -> None:
    now = tmp_path / golden.file.name
    now.write_bytes(taken(screen, golden))
    said = problem(now.read_bytes(), golden)
    assert not said, f"{golden.file.name}: {said}; see {now}; {HOW}"


def test_every_picture_is_of_a_mail() -> None:
    assert {file.name for file in FOLDER.iterdir()} == {golden.file.name for golden in GOLDEN}


def test_the_pictures_weigh_little() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 2_000_000


@pytest.fixture
def kept() -> Image.Image:
    return drawn(GOLDEN[0].file.read_bytes())


def test_another_way_to_draw_edges_is_no_difference(kept: Image.Image) -> None:
    softer = kept.resize((kept.width * 2, kept.height * 2)).resize(kept.size)
    assert 0 < difference(softer, kept) <= TOLERANCE


def test_a_word_less_is_a_difference(kept: Image.Image) -> None:
    changed = kept.copy()
    ImageDraw.Draw(changed).rectangle((60, 150, 130, 190), fill=(255, 255, 255))
    assert difference(changed, kept) > TOLERANCE


def test_a_line_that_moved_is_a_difference(kept: Image.Image) -> None:
    moved = Image.new("RGB", kept.size)
    moved.paste(kept, (0, 4))
    assert difference(moved, kept) > TOLERANCE


def test_few_colours_look_like_all(kept: Image.Image) -> None:
    assert difference(few_colors(kept), kept) <= TOLERANCE

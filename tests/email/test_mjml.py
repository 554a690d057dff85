"""MRML makes of our MJML what MJML's own implementation makes of it."""

from typing import Any

import pytest

from tests.email.mails import WORST, Mail, every, worst
from tests.email.pictures import differing_pixels, drawn
from tests.judges.browser import FRAME, PHONE, Screen
from tests.judges.node import judged

SAME = 0.0005  # of all pixels may differ


@pytest.fixture(scope="module")
def mails() -> tuple[Mail, ...]:
    return (*every("en"), *(mail for mail in every("ar") if mail.name in ("digest", "comparison")))


def key(mail: Mail) -> str:
    return f"{mail.name} {mail.language}"


@pytest.fixture(scope="module")
def compiled(mails: tuple[Mail, ...]) -> dict[str, Any]:
    return judged("mjml.mjs", {key(mail): mail.mjml for mail in mails})


def test_its_strict_validation_finds_no_error(compiled: dict[str, Any]) -> None:
    assert {name: done["errors"] for name, done in compiled.items() if done["errors"]} == {}


def test_its_strict_validation_finds_no_error_at_the_limits() -> None:
    compiled = judged("mjml.mjs", {name: worst(name).mjml for name in WORST})
    assert {name: done["errors"] for name, done in compiled.items() if done["errors"]} == {}


def shown(screen: Screen, html: str) -> tuple[list[str], list[bytes]]:
    """Its words, and its picture at both widths."""
    screen.show(html)
    return screen.words(), [screen.at(width).picture() for width in (FRAME, PHONE)]


@pytest.mark.slow
def test_both_show_the_same_words_and_the_same_picture(
    screen: Screen, mails: tuple[Mail, ...], compiled: dict[str, Any]
) -> None:
    for mail in mails:
        words, pictures = shown(screen, mail.html)
        their_words, theirs = shown(screen, compiled[key(mail)]["html"])
        assert words == their_words, key(mail)
        for one, other in zip(pictures, theirs, strict=True):
            assert differing_pixels(drawn(one), drawn(other)) <= SAME, key(mail)

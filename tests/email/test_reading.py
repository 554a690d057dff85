"""A mail can be read on the smallest phone and in a client that drops all style sheets."""

import pytest

from tests.email.mails import LANGUAGES, WORST, Mail, every, worst
from tests.judges import axe
from tests.judges.browser import FRAME, PHONE, SMALLEST, Screen

HEADINGS = """() => [...document.querySelectorAll("h1,h2,h3")]
  .map((heading) => heading.getBoundingClientRect().top)"""
PREHEADER = """() => document.querySelector("[style*='mso-hide:all']").textContent"""


def whole_week(language: str) -> tuple[Mail, ...]:
    """All mails, and those at the limits of what a mail must bear."""
    return (*every(language), *(worst(name, language) for name in WORST))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_mail_is_wider_than_its_window(screen: Screen, language: str) -> None:
    for mail in whole_week(language):
        screen.show(mail.html)
        over = {width: screen.at(width).overflow for width in (FRAME, PHONE, SMALLEST)}
        assert over == {FRAME: 0, PHONE: 0, SMALLEST: 0}, mail.name
        assert screen.asked == [], mail.name  # and it wants nothing of the network


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_style_sheets_a_mail_still_fits_a_phone(screen: Screen, language: str) -> None:
    for mail in whole_week(language):
        assert screen.show(mail.html).without_styles().at(PHONE).overflow == 0, mail.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_style_sheets_all_can_be_read_in_order(screen: Screen, language: str) -> None:
    for mail in every(language):
        screen.show(mail.html).without_styles().at(PHONE)
        hidden = screen.page.evaluate(PREHEADER).split()
        assert screen.words(hidden=True) == hidden + screen.words(), mail.name
        tops = screen.page.evaluate(HEADINGS)
        assert tops == sorted(tops), mail.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_style_sheets_axe_objects_to_nothing(screen: Screen, language: str) -> None:
    for mail in every(language):
        screen.show(mail.html).without_styles().at(PHONE)
        assert axe.in_mail(screen) == [], mail.name


def test_a_word_too_long_for_its_place_is_noticed(screen: Screen) -> None:
    html = every("en")[0].html.replace("</body>", f"<p>{'x' * 90}</p></body>")
    assert screen.show(html).at(SMALLEST).overflow > 0

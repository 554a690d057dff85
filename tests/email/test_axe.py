"""Everybody can read our mails: axe objects to nothing, at both widths, in light and in dark."""

import pytest

from tests.email.mails import LANGUAGES, WORST, Mail, every, worst
from tests.judges import axe
from tests.judges.browser import FRAME, PHONE, SCHEMES, Screen


def objections(screen: Screen, mail: Mail, *widths: int) -> dict[str, list[str]]:
    screen.show(mail.html)
    places = [(width, scheme) for width in widths for scheme in SCHEMES]
    found = {
        f"{mail.name}, {width} px, {scheme}": axe.in_mail(screen.at(width, scheme))
        for width, scheme in places
    }
    return {place: said for place, said in found.items() if said}


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_objects_to_no_mail(screen: Screen, language: str) -> None:
    for mail in every(language):
        assert objections(screen, mail, FRAME, PHONE) == {}


@pytest.mark.parametrize("name", WORST)
def test_axe_objects_to_no_mail_at_its_limits(screen: Screen, name: str) -> None:
    assert objections(screen, worst(name), PHONE) == {}

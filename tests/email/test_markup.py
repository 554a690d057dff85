"""Our HTML is valid, but for what mail clients ask for."""

import pytest

from tests.email.mails import LANGUAGES, WORST, by_name, every, worst
from tests.email.markup import objections


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_html_of_every_mail_is_valid(language: str) -> None:
    assert objections(by_name(every(language))) == {}


def test_the_html_of_mails_at_their_limits_is_valid() -> None:
    assert objections(by_name(tuple(map(worst, WORST)))) == {}

"""The big clients know all that our mails need."""

import pytest

from tests.email.features import ENHANCEMENTS, needed, unknown
from tests.email.mails import LANGUAGES, by_name, every


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_client_does_not_know_is_not_missed(language: str) -> None:
    for name, features in unknown(by_name(every(language))).items():
        assert needed(features) == {}, name


def test_every_enhancement_is_one_that_a_mail_uses() -> None:
    used = {feature for found in unknown(by_name(every("en"))).values() for feature in found}
    assert sorted(ENHANCEMENTS.keys() - used) == []

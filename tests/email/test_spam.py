"""A filter that knows nothing of our name holds nothing against our mails."""

from pathlib import Path

import pytest

from tests.email.mails import every
from tests.email.spam import ENOUGH, points


@pytest.mark.parametrize("language", ["en", "de"])
def test_spam_filters_hold_little_against_a_mail(language: str, tmp_path: Path) -> None:
    mails = {mail.name: mail.data for mail in every(language)}
    for name, given in points(mails, tmp_path).items():
        assert sum(given.values()) < ENOUGH, (name, given)

"""What a reader agreed to, and what their record says of it."""

from datetime import timedelta

import pytest

from digest.readers.consent import chosen, confirm_form, has_gone_since, sign_up_form
from tests.makers import SUNDAY, a_consent, a_publication

LATER = SUNDAY + timedelta(seconds=1)


def test_a_form_whose_words_change_gets_another_version() -> None:
    publication = a_publication()
    kept = {
        form.version: form.hash for form in (sign_up_form(publication), confirm_form(publication))
    }
    assert kept == {
        "sign-up-1": "53a3e6f473eaaf43d297005f357b7d9e42eec502e32c442b14fbdba6f9c8afbe",
        "confirm-1": "438d0d98cd872791ccbddf1e0f5325388d035d81817ea638f2af2c6cf02ffe3a",
    }, "give the form a new version, and then note its hash here"


def test_a_form_of_another_list_says_something_else() -> None:
    other = a_publication(list_name="Monthly Notes")
    assert sign_up_form(other).hash != sign_up_form(a_publication()).hash


def test_the_categories_are_those_of_the_sign_up_that_the_mail_answered() -> None:
    record = [
        a_consent("sign-up", message_id="one", detail={"categories": ["Code"]}),
        a_consent("sign-up", message_id="two", detail={"categories": ["Video"]}),
        a_consent("confirm", message_id="two"),
        a_consent("sign-up", message_id="three"),
    ]
    assert [chosen(record, name) for name in ("one", "two", "three", "four")] == [
        ("Code",),
        ("Video",),
        (),
        (),
    ]


@pytest.mark.parametrize("act", ["leave", "bounce", "complaint"])
def test_an_older_link_does_not_undo_a_going(act: str) -> None:
    record = [a_consent("sign-up"), a_consent(act, at=LATER)]
    assert has_gone_since(record, SUNDAY)
    assert has_gone_since(record, LATER)
    assert not has_gone_since(record, LATER + timedelta(seconds=1))


def test_a_change_is_no_going() -> None:
    assert not has_gone_since([a_consent("change", at=LATER)], SUNDAY)

"""The links we put in mail: ours are read, for years where they must be; nothing else is."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from itsdangerous import Signer

from digest.model import Delivery, Rendering
from digest.readers.addressing import Addressing
from digest.readers.links import LONGEST, WORKS_FOR, Purpose, Signing, Tokens
from tests.makers import SUNDAY, a_publication, an_issue

OLD, NEW = "an old key, long enough to sign", "a new key, long enough to sign"
SIGNING = Signing([OLD])
subscribers = st.integers(1, 10_000_000)
purposes = st.sampled_from(Purpose)


@given(subscribers, purposes)
def test_a_token_names_its_subscriber(subscriber: int, purpose: Purpose) -> None:
    token = SIGNING.token(subscriber, purpose)
    assert SIGNING.read(token, purpose) == subscriber


@given(subscribers, purposes)
def test_a_token_is_what_itsdangerous_would_write(subscriber: int, purpose: Purpose) -> None:
    signer = Signer(
        [OLD.encode(), NEW.encode()],
        salt=purpose.value,
        key_derivation="hmac",
        digest_method=hashlib.sha256,
    )
    written = signer.sign(str(subscriber)).decode()
    assert Signing([NEW, OLD]).token(subscriber, purpose) == written


@given(subscribers)
def test_the_tokens_of_every_mail_lead_out_to_ones_preferences_and_to_a_vote(
    subscriber: int,
) -> None:
    tokens = SIGNING.tokens(subscriber)
    assert SIGNING.read(tokens.leave, Purpose.LEAVE) == subscriber
    assert SIGNING.read(tokens.choose, Purpose.CHOOSE) == subscriber
    assert SIGNING.read(tokens.vote, Purpose.VOTE) == subscriber


@given(subscribers, st.permutations(list(Purpose)))
def test_a_token_for_one_purpose_is_worth_nothing_for_another(
    subscriber: int, order: list[Purpose]
) -> None:
    made_for, read_for = order[:2]
    assert SIGNING.read(SIGNING.token(subscriber, made_for), read_for) is None
    dated = SIGNING.dated_token(subscriber, made_for, SUNDAY)
    assert SIGNING.read_dated(dated, read_for, SUNDAY) is None


@given(subscribers)
def test_tokens_with_and_without_a_date_do_not_stand_for_each_other(subscriber: int) -> None:
    plain = SIGNING.token(subscriber, Purpose.CONFIRM)
    dated = SIGNING.dated_token(subscriber, Purpose.CONFIRM, SUNDAY)
    assert SIGNING.read_dated(plain, Purpose.CONFIRM, SUNDAY) is None
    assert SIGNING.read(dated, Purpose.CONFIRM) is None


# --- keys ----------------------------------------------------------------------------------


@given(subscribers)
def test_a_new_key_in_front_signs_and_the_old_tokens_are_still_read(subscriber: int) -> None:
    old, rotated = Signing([OLD]), Signing([NEW, OLD])
    before = old.token(subscriber, Purpose.LEAVE)
    after = rotated.token(subscriber, Purpose.LEAVE)
    assert rotated.read(before, Purpose.LEAVE) == subscriber
    assert after == Signing([NEW]).token(subscriber, Purpose.LEAVE) != before


@given(subscribers)
def test_a_dropped_key_takes_its_tokens_with_it(subscriber: int) -> None:
    token = Signing([OLD]).token(subscriber, Purpose.LEAVE)
    assert Signing([NEW]).read(token, Purpose.LEAVE) is None


def test_the_hash_of_an_address_outlives_a_new_key_and_differs_between_addresses() -> None:
    key = "reader@inbox.example"
    kept = Signing([OLD]).address_hash(key)
    assert Signing([NEW, OLD]).address_hash(key) == kept
    assert Signing([NEW]).address_hash(key) != kept
    assert Signing([OLD]).address_hash("other@inbox.example") != kept
    assert "reader" not in kept


# --- what is not ours ----------------------------------------------------------------------


def read_all(token: str) -> set[int | None]:
    """What any of our readers makes of a token."""
    return {
        *(SIGNING.read(token, purpose) for purpose in Purpose),
        *(SIGNING.read_dated(token, purpose, SUNDAY) for purpose in Purpose),
    }


@given(st.text(max_size=200))
def test_no_text_from_outside_is_taken_for_a_token(text: str) -> None:
    assert read_all(text) == {None}


@given(subscribers, st.text(alphabet="0123456789-abcdef", min_size=1, max_size=20))
def test_another_subscriber_behind_the_same_signature_is_forged(
    subscriber: int, other: str
) -> None:
    assume(other != str(subscriber))
    signature = SIGNING.token(subscriber, Purpose.LEAVE).rpartition(".")[2]
    assert SIGNING.read(f"{other}.{signature}", Purpose.LEAVE) is None


@given(subscribers, st.integers(0), st.sampled_from("aZ0_-=. \n\0é"))
def test_a_token_with_one_sign_changed_is_forged(subscriber: int, at: int, sign: str) -> None:
    token = SIGNING.token(subscriber, Purpose.LEAVE)
    at %= len(token) - 1  # the last sign of base64 holds bits that count for nothing
    assume(token[at] != sign)
    assert SIGNING.read(token[:at] + sign + token[at + 1 :], Purpose.LEAVE) is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token + "x" * LONGEST,
        lambda token: token + "é",
        lambda token: "٧" + token,
        lambda token: " " + token,
        lambda token: token + "\n",
        lambda token: token.replace(".", ""),
        lambda token: token.partition(".")[0] + ".",
        lambda token: "",
        lambda token: ".",
    ],
    ids=["too long", "not ASCII", "other digits", "blank", "line", "no dot", "unsigned", "", "dot"],
)
def test_a_spoilt_token_is_none(spoil: Callable[[str], str]) -> None:
    for purpose in Purpose:
        assert read_all(spoil(SIGNING.token(7, purpose))) == {None}
        assert read_all(spoil(SIGNING.dated_token(7, purpose, SUNDAY))) == {None}


# --- dates ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("later", "read"),
    [
        (timedelta(0), 7),
        (timedelta(hours=71, minutes=59), 7),
        (timedelta(hours=72), 7),
        (timedelta(hours=72, seconds=1), None),
        (timedelta(days=4000), None),
    ],
)
def test_a_dated_token_runs_out_after_three_days(later: timedelta, read: int | None) -> None:
    token = SIGNING.dated_token(7, Purpose.CONFIRM, SUNDAY)
    assert SIGNING.read_dated(token, Purpose.CONFIRM, SUNDAY + later) == read
    assert timedelta(hours=72) == WORKS_FOR


@given(subscribers, st.timedeltas(timedelta(-2000), timedelta(20_000)))
def test_a_dated_token_is_good_from_the_moment_it_is_made(
    subscriber: int, since: timedelta
) -> None:
    now = SUNDAY + since
    token = SIGNING.dated_token(subscriber, Purpose.CONFIRM, now)
    assert SIGNING.read_dated(token, Purpose.CONFIRM, now) == subscriber


# --- in a mail -----------------------------------------------------------------------------


@given(subscribers)
def test_a_token_is_short_enough_for_one_line_of_a_header_and_of_a_body(subscriber: int) -> None:
    token = SIGNING.token(subscriber, Purpose.LEAVE)
    assert len(token) < 77
    assert len(SIGNING.dated_token(subscriber, Purpose.CONFIRM, SUNDAY)) < 77
    header = unsubscribe_line(subscriber, token)
    assert len(header) < 998
    assert header.count(token) == 2


def unsubscribe_line(subscriber: int, token: str) -> str:
    """The List-Unsubscribe header of a publication with the longest addresses it could have."""
    publication = a_publication(
        base_url=f"https://{'a-very-long-host-name.' * 11}example",
        unsubscribe_mailto=f"{'l' * 64}@{'another-very-long-name.' * 10}example",
    )
    rendering = Rendering(subject="s", preheader="p", html="h", text="t")
    delivery = Delivery(
        id=10_000_000,
        issue="2026-W47",
        subscriber=subscriber,
        email="reader@inbox.example",
        confirmed_at=SUNDAY,
        attempt=1,
    )
    addressing, tokens = Addressing(an_issue(), rendering, publication), Tokens(token, "c", "v")
    data = addressing.address(delivery, tokens, SUNDAY).data
    lines = data.decode("ascii").split("\r\n")
    [found] = [line for line in lines if line.startswith("List-Unsubscribe: ")]
    return found


@pytest.mark.parametrize("number", [2**63, 10**40])
def test_a_number_that_no_database_counts_to_is_nobody_s(number: int) -> None:
    assert SIGNING.read(SIGNING.token(number, Purpose.LEAVE), Purpose.LEAVE) is None
    dated = SIGNING.dated_token(number, Purpose.CONFIRM, SUNDAY)
    assert SIGNING.read_dated(dated, Purpose.CONFIRM, SUNDAY) is None

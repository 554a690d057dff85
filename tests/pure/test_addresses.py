"""Which e-mail addresses we take, and the key we know a reader by."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import InputError
from digest.readers.addresses import Address, address, key_of, validated


@pytest.mark.parametrize(
    ("typed", "email", "key"),
    [
        ("ada@inbox.example", "ada@inbox.example", "ada@inbox.example"),
        ("  ada@inbox.example\n", "ada@inbox.example", "ada@inbox.example"),
        ("Ada.Byron@Inbox.Example", "Ada.Byron@inbox.example", "ada.byron@inbox.example"),
        ("ada+news@inbox.example", "ada+news@inbox.example", "ada+news@inbox.example"),
        ("o'neill_1@a-b.example", "o'neill_1@a-b.example", "o'neill_1@a-b.example"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("ada@BÜCHER.example", "ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("ada@例え.example", "ada@xn--r8jz45g.example", "ada@xn--r8jz45g.example"),
        ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        (f"{'a' * 64}@inbox.example", f"{'a' * 64}@inbox.example", f"{'a' * 64}@inbox.example"),
    ],
)
def test_an_address_is_sent_to_as_typed_and_known_in_lower_case(
    typed: str, email: str, key: str
) -> None:
    assert address(typed) == (email, key)
    assert key_of(email) == key


def test_tags_and_dots_make_other_readers() -> None:
    typed = ("ada@inbox.example", "ada+news@inbox.example", "a.da@inbox.example")
    assert len({address(one).key for one in typed}) == 3


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "ada@",
        "@inbox.example",
        "ada@inbox",
        "ada@@inbox.example",
        "ada@inbox..example",
        ".ada@inbox.example",
        "ada.@inbox.example",
        "a..da@inbox.example",
        "ada@-inbox.example",
        "ada@inbox.example, bo@inbox.example",
        "Ada <ada@inbox.example>",
        '"ada byron"@inbox.example',
        "ada@[127.0.0.1]",
        "ada byron@inbox.example",
        "ada@inbox.example\r\nBcc: bo@inbox.example",
        "ada\0@inbox.example",
        "müller@inbox.example",
        f"{'a' * 65}@inbox.example",
        f"ada@{'a' * 64}.example",
        f"ada@{'a.' * 130}example",
        "ada@localhost",
        "ada@inbox.local",
        "ada@inbox.invalid",
    ],
)
def test_what_is_no_address_is_refused_in_one_line_that_names_it(typed: str) -> None:
    with pytest.raises(InputError, match="is no e-mail address: ") as refused:
        address(typed)
    said = str(refused.value)
    assert said.startswith(repr(typed))
    assert said.isprintable()


words = st.text(max_size=70)


@given(st.builds("{}@{}".format, words, words) | words)
def test_any_text_is_an_address_or_refused_in_one_line(text: str) -> None:
    found = read_or_refused(text)
    if isinstance(found, str):
        assert "\n" not in found
        return
    assert found.email.isascii()
    assert found.email.isprintable()
    assert found.key == found.email.lower()
    assert address(found.email) == found


def read_or_refused(text: str, read: Callable[[str], Address] = address) -> Address | str:
    """The address, or what is said against it."""
    try:
        return read(text)
    except InputError as error:
        return str(error)


# --- the inbox behind an address -----------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "bucket"),
    [
        ("ada@inbox.example", "ada@inbox.example"),
        ("Ada+news+more@Inbox.example", "ada@inbox.example"),
        ("a.da@inbox.example", "a.da@inbox.example"),  # dots are letters but with Gmail
        ("+ada@inbox.example", "+ada@inbox.example"),
        ("A.d.a@gmail.com", "ada@gmail.com"),
        ("a.da+shop@googlemail.com", "ada@gmail.com"),
    ],
)
def test_spellings_that_lead_to_one_inbox_share_its_limits(typed: str, bucket: str) -> None:
    assert address(typed).bucket == bucket


@pytest.mark.parametrize(
    ("typed", "disposable"),
    [
        ("ada@mailinator.com", True),
        ("ada@Mailinator.COM", True),
        ("ada@anything.mailinator.com", True),
        ("ada@mailinator.com.small.example", False),
        ("ada@gmail.com", False),
    ],
)
def test_domains_that_hand_out_addresses_to_throw_away_are_known(
    typed: str, disposable: bool
) -> None:
    assert address(typed).is_disposable is disposable


locals_ = st.text("abcXYZ0123456789._+-", max_size=67) | st.sampled_from(
    ["info", "Postmaster", "a" * 64, "a" * 65, "a..b", ".a", "a."]
)
labels = st.text("abcXYZ019-", max_size=64) | st.sampled_from(["xn--bcher-kva", "xn--a", "a" * 63])
domains = st.lists(
    labels | st.sampled_from(["example", "local", "test", "invalid", "arpa", "onion", "com", "0"]),
    max_size=6,
).map(".".join)


@given(st.builds("{}@{}".format, locals_, domains))
def test_the_short_way_to_a_plain_address_ends_where_the_long_one_does(text: str) -> None:
    assert read_or_refused(text) == read_or_refused(text, the_long_way)


def the_long_way(text: str) -> Address:
    email = validated(text)
    return Address(email, email.lower())

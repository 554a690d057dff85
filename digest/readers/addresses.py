"""E-mail addresses: what we send to, and the key by which we know a reader."""

from typing import NamedTuple

from email_validator import EmailNotValidError, validate_email

from digest.errors import InputError


class Address(NamedTuple):
    """`email` is as typed, with its domain in ASCII, for sending; `key` is the same in lower case.

    Tags (`+news`) and dots stay: to us those are different readers.
    """

    email: str
    key: str


def address(text: str) -> Address:
    """Read an address; raises InputError saying what is wrong with it.

    Local parts outside ASCII are refused, since Amazon SES cannot send to them (no SMTPUTF8).
    """
    try:
        found = validate_email(
            text.strip(),
            check_deliverability=False,
            allow_smtputf8=False,
            strict=True,
            test_environment=True,  # .test is reserved (RFC 6761) and reaches nobody: no harm
        )
    except EmailNotValidError as error:
        raise InputError(f"{text.strip()!r} is no e-mail address: {error}") from error
    assert found.ascii_email
    return Address(found.ascii_email, key_of(found.ascii_email))


def key_of(email: str) -> str:
    """The key of an address that was read before."""
    return email.lower()

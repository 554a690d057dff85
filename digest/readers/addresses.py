"""E-mail addresses: what we send to, and the key by which we know a reader."""

import re
from functools import lru_cache
from typing import NamedTuple

from email_validator import EmailNotValidError, validate_email

from digest.errors import InputError

GMAIL = "gmail.com"
ALSO_GMAIL = frozenset({GMAIL, "googlemail.com"})


# RFC 5322 atoms in lower case, of which no rule of the library has more to say, and a domain that
# is written the same inside and outside ASCII.
PLAIN = re.compile(r"([a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*)@((?!.*[xX][nN]--)[A-Za-z0-9.-]+)")
LONGEST_LOCAL, LONGEST = 64, 254  # RFC 5321 4.5.3.1
DOMAINS = 4096  # that are remembered: a list of readers shares a few thousand


class AddressError(InputError):
    """What was typed is no address we can send to."""


class Address(NamedTuple):
    """`email` is as typed, with its domain in ASCII, for sending; `key` is the same in lower case.

    Tags (`+news`) and dots stay: to us those are different readers.
    """

    email: str
    key: str

    @property
    def domain(self) -> str:
        """Where the mail goes, in lower case."""
        return self.key.rpartition("@")[2]

    @property
    def bucket(self) -> str:
        """The inbox as far as limits go: what comes after a plus sign leads to the same one, and so
        do Gmail's dots and other name."""
        local = self.key.rpartition("@")[0]
        bare = local.partition("+")[0] or local
        if self.domain in ALSO_GMAIL:
            return f"{bare.replace('.', '')}@{GMAIL}"
        return f"{bare}@{self.domain}"

    @property
    def is_disposable(self) -> bool:
        """Whether its domain, or one above it, hands out addresses to be thrown away."""
        from disposable_email_domains import blocklist  # 1.5 MB, which who sends has no use for

        labels = self.domain.split(".")
        return any(".".join(labels[start:]) in blocklist for start in range(len(labels) - 1))


def address(text: str) -> Address:
    """Read an address; raises AddressError saying what is wrong with it.

    Local parts outside ASCII are refused, since Amazon SES cannot send to them (no SMTPUTF8).
    """
    found = _plain(text.strip()) or validated(text)
    return Address(found, key_of(found))


def key_of(email: str) -> str:
    """The key of an address that was read before."""
    return email.lower()


def validated(text: str) -> str:
    """An address as email-validator reads it, its domain in ASCII; raises InputError."""
    try:
        found = validate_email(
            text.strip(),
            check_deliverability=False,
            allow_smtputf8=False,
            strict=True,
            test_environment=True,  # .test is reserved (RFC 6761) and reaches nobody: no harm
        )
    except EmailNotValidError as error:
        raise AddressError(f"{text.strip()!r} is no e-mail address: {error}") from error
    assert found.ascii_email
    return found.ascii_email


def _plain(text: str) -> str | None:
    """The same answer sooner, or None: what stands before the @ is plain, and the library has read
    the domain before. Lists of readers are long, and it takes 25 µs for an address."""
    found = PLAIN.fullmatch(text)
    if found is None or len(found[1]) > LONGEST_LOCAL:
        return None
    domain = _domain(found[2])
    email = f"{found[1]}@{domain}"
    return email if domain and len(email) <= LONGEST else None


@lru_cache(DOMAINS)
def _domain(domain: str) -> str:
    """A domain as the library reads it; "" for none, of which it will say more."""
    try:
        return validated(f"a@{domain}").removeprefix("a@")
    except InputError:
        return ""

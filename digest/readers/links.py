"""Sign and read the links we put in mail.

A token is `<subscriber id>.<signature>`: it names the reader by itself (RFC 8058 asks that of an
unsubscribe link), carries no address, and is short enough for one header line. The signature is
HMAC-SHA-256 by itsdangerous over the id and the purpose, so a token for one purpose is worth
nothing for another. Keys rotate: the newest signs, all of them verify.

Tokens that stand in every mail (to leave, to choose, to vote) never expire, since a mail may be
opened years later. Those that are mailed because somebody asked (to confirm, to change an address,
to get or erase one's data) carry their date, run out, and are known to the database by their hash:
each was mailed once, and is used once.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from itsdangerous import BadSignature, Signer

LONGEST = 128  # characters a token of ours never reaches
MOST_DIGITS = 18  # of a number that fits into 64 bits
WORKS_FOR = timedelta(hours=72)  # a link that was mailed because somebody asked for it


class Purpose(StrEnum):
    """What a token is good for, and for nothing else."""

    LEAVE = "leave"
    CHOOSE = "choose"  # the page of one's preferences
    VOTE = "vote"
    BROWSER = "browser"  # the cookie of a browser that voted: a number of its own, no subscriber
    CONFIRM = "confirm"
    CHANGE_ADDRESS = "change-address"
    EXPORT = "export"
    ERASE = "erase"
    RETURN = "return"  # undo a leave, on the page that said goodbye


class Tokens(NamedTuple):
    """What stands in the links of every mail to one reader."""

    leave: str
    choose: str
    vote: str


class Signing:
    """Signs and reads tokens with a ring of keys, newest first."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = tuple(keys)
        self._signers = {purpose: self._signer_for(purpose) for purpose in Purpose}
        # The newest key of each purpose with nothing signed yet. A copy goes on from there, which
        # spares every reader of an issue the two thirds of an HMAC that are the same for all.
        self._begun = {
            purpose: hmac.new(signer.derive_key(), digestmod=hashlib.sha256)
            for purpose, signer in self._signers.items()
        }

    def token(self, subscriber: int, purpose: Purpose) -> str:
        return self._signed(str(subscriber), purpose)

    def tokens(self, subscriber: int) -> Tokens:
        """The reader's tokens for every mail."""
        text = str(subscriber)
        return Tokens(
            self._signed(text, Purpose.LEAVE),
            self._signed(text, Purpose.CHOOSE),
            self._signed(text, Purpose.VOTE),
        )

    def read(self, token: str, purpose: Purpose) -> int | None:
        """The subscriber a token stands for, or None when it was not made by us for this."""
        return _number(self._unsigned(token, purpose))

    def dated_token(self, subscriber: int, purpose: Purpose, now: datetime, nonce: str = "") -> str:
        """A token that `read_dated` takes for a while from `now`. A random `nonce` of hexadecimal
        digits makes it one that nobody could guess even with the key's help: its hash alone is
        kept, so a copy of the database follows no link."""
        dated = f"{subscriber}-{int(now.timestamp()):x}-{nonce}"
        return self._signed(dated, purpose)

    def read_dated(self, token: str, purpose: Purpose, now: datetime) -> int | None:
        """The subscriber of a dated token, or None when it is not ours or has run out."""
        number, _, rest = self._unsigned(token, purpose).partition("-")
        made = rest.partition("-")[0]
        if not made:
            return None
        age = now - datetime.fromtimestamp(int(made, 16), UTC)
        return _number(number) if age <= WORKS_FOR else None

    def address_hash(self, key: str) -> str:
        """A keyed hash of an address key, in hex: it recognises an address without holding it.

        It is made with the oldest key, so that a new key in front keeps the hashes readable.
        """
        return hmac.new(self._keys[-1].encode(), key.encode(), hashlib.sha256).hexdigest()

    def hashed(self, kind: str, text: str) -> str:
        """A keyed hash of anything else we must recognise and not hold, such as a network; `kind`
        keeps the same text apart where it means different things."""
        return self.address_hash(f"{kind}\0{text}")

    def _signed(self, text: str, purpose: Purpose) -> str:
        """As `Signer.sign` writes it, which `_unsigned` reads."""
        signature = self._begun[purpose].copy()
        signature.update(text.encode("ascii"))
        return f"{text}.{urlsafe_b64encode(signature.digest()).rstrip(b'=').decode('ascii')}"

    def _unsigned(self, token: str, purpose: Purpose) -> str:
        if len(token) > LONGEST or not token.isascii():
            return ""
        try:
            return self._signers[purpose].unsign(token).decode("ascii")
        except BadSignature:
            return ""

    def _signer_for(self, purpose: Purpose) -> Signer:
        oldest_first = [key.encode() for key in reversed(self._keys)]
        return Signer(
            oldest_first, salt=purpose.value, key_derivation="hmac", digest_method=hashlib.sha256
        )


def _number(text: str) -> int | None:
    """A subscriber's number; None for what is none, or larger than databases count."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


def token_hash(token: str) -> str:
    """SHA-256 of a token, in hex: how the database knows a link that was mailed."""
    return hashlib.sha256(token.encode()).hexdigest()

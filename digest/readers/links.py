"""Sign and read the links we put in mail.

A token is `<subscriber id>.<signature>`: it names the reader by itself (RFC 8058 asks that of an
unsubscribe link), carries no address, and is short enough for one header line. The signature is
HMAC-SHA-256 by itsdangerous over the id and the purpose, so a token for one purpose is worth
nothing for another. Keys rotate: the newest signs, all of them verify. Tokens to leave never
expire, since a mail may be opened years later; tokens to confirm carry their date and do.
"""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from itsdangerous import BadSignature, Signer

LONGEST = 128  # characters a token of ours never reaches


CONFIRM_WITHIN = timedelta(hours=72)


class Purpose(StrEnum):
    LEAVE = "leave"
    CONFIRM = "confirm"


class Signing:
    """Signs and reads tokens with a ring of keys, newest first."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = tuple(keys)

    def token(self, subscriber: int, purpose: Purpose) -> str:
        return self._signer(purpose).sign(str(subscriber)).decode("ascii")

    def read(self, token: str, purpose: Purpose) -> int | None:
        """The subscriber a token stands for, or None when it was not made by us for this."""
        number = self._unsigned(token, purpose)
        return int(number) if number.isdecimal() else None

    def dated_token(self, subscriber: int, purpose: Purpose, now: datetime) -> str:
        """A token that `read_dated` takes for a while from `now`."""
        dated = f"{subscriber}-{int(now.timestamp()):x}"
        return self._signer(purpose).sign(dated).decode("ascii")

    def read_dated(self, token: str, purpose: Purpose, now: datetime) -> int | None:
        """The subscriber of a dated token, or None when it is not ours or has run out."""
        number, _, made = self._unsigned(token, purpose).partition("-")
        if not number.isdecimal() or not made:
            return None
        age = now - datetime.fromtimestamp(int(made, 16), UTC)
        return int(number) if age <= CONFIRM_WITHIN else None

    def address_hash(self, key: str) -> str:
        """A keyed hash of an address key, in hex: it recognises an address without holding it.

        It is made with the oldest key, so that a new key in front keeps the hashes readable.
        """
        return hmac.new(self._keys[-1].encode(), key.encode(), hashlib.sha256).hexdigest()

    def _unsigned(self, token: str, purpose: Purpose) -> str:
        if len(token) > LONGEST or not token.isascii():
            return ""
        try:
            return self._signer(purpose).unsign(token).decode("ascii")
        except BadSignature:
            return ""

    def _signer(self, purpose: Purpose) -> Signer:
        oldest_first = [key.encode() for key in reversed(self._keys)]
        return Signer(
            oldest_first, salt=purpose.value, key_derivation="hmac", digest_method=hashlib.sha256
        )

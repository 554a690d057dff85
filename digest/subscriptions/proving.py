"""Proof of work: a browser computes for about a second before its sign-up counts as a person's.

It is asked for while sign-ups are being abused, and follows ALTCHA (proof of work, version 2). A
challenge is made for one address, so that a proof is worth nothing for another, and an address has
its own limits: nobody needs to remember which proofs were used.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import altcha

from digest.readers.links import Signing

# About 256 derivations of 5,000 rounds each: a second for a browser, 2 ms for us to check.
ALGORITHM, ROUNDS, PREFIX = "PBKDF2/SHA-256", 5_000, "00"
GOOD_FOR = timedelta(minutes=20)
LONGEST_PROOF = 2_000  # characters; one is about 700
LONGEST_SUBJECT = 64


def challenge(signing: Signing, subject: str, now: datetime) -> dict[str, Any]:
    """What a browser has to solve, as JSON. `subject` says for which address: `subject_of` it."""
    until = int((now + GOOD_FOR).timestamp())
    made = altcha.create_challenge(
        ALGORITHM,
        ROUNDS,
        key_prefix=PREFIX,
        data={"subject": subject[:LONGEST_SUBJECT], "until": until},
        hmac_secret=_secret(signing),
    )
    return made.to_dict()


def is_proven(signing: Signing, proof: str, email: str, now: datetime) -> bool:
    """Whether somebody worked for a sign-up of this address, as it was typed."""
    if not proof or len(proof) > LONGEST_PROOF:
        return False
    if not altcha.verify_solution(proof, _secret(signing)).verified:
        return False
    said = altcha.Payload.from_base64(proof).challenge.parameters.data or {}
    in_time = now <= datetime.fromtimestamp(said["until"], UTC)
    return in_time and said["subject"] == subject_of(email)


def subject_of(email: str) -> str:
    """SHA-256 of an address as it was typed, in hex: no address stands in our access log."""
    return hashlib.sha256(email.encode()).hexdigest()


def _secret(signing: Signing) -> str:
    return signing.hashed("proof of work", ALGORITHM)

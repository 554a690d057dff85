"""Passkeys (WebAuthn): registered once signed in, they sign in without a mail.

The challenge of a ceremony is signed and dated rather than kept, so that asking for one writes
nothing; once it was answered it is noted, and no second answer to it is taken.
"""

import hmac
import json
import secrets
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from db.engine import Sessions, reading
from db.store import audit, editors
from db.store import passkeys as store
from db.store import sessions as session_store
from digest.desk.signing_in import Visitor, begin
from digest.errors import InputError
from digest.model import Origin, Passkey, Publication
from digest.ports import Clock
from digest.readers.links import Signing, token_hash

CEREMONY_LASTS = timedelta(minutes=5)
NONCE, DATE, SIGNATURE = 16, 8, 32  # bytes of a challenge
LONGEST_NAME = 60
REGISTER, SIGN_IN = "register", "sign in"


class PasskeyError(InputError):
    """What a browser sent is no passkey of ours, or no answer to a challenge of ours."""


class Ceremonies(NamedTuple):
    """What a ceremony needs besides the database."""

    clock: Clock
    signing: Signing
    publication: Publication

    @property
    def site(self) -> str:
        """The relying party's id: the host of the site."""
        return urlsplit(self.publication.base_url).hostname or ""

    @property
    def origin(self) -> str:
        parts = urlsplit(self.publication.base_url)
        return f"{parts.scheme}://{parts.netloc}"


# --- registering ---------------------------------------------------------------------------


def registration(sessions: Sessions, ceremonies: Ceremonies, who: Visitor) -> str:
    """What a browser needs to make a passkey, as JSON."""
    known = [_descriptor(one) for one in own(sessions, who)]
    options = webauthn.generate_registration_options(
        rp_id=ceremonies.site,
        rp_name=ceremonies.publication.name,
        user_name=who.editor.email,
        user_id=bytes.fromhex(ceremonies.signing.hashed("passkey", str(who.editor.id))),
        challenge=_challenge(ceremonies, _registering(who)),
        exclude_credentials=known,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return options_to_json(options)


def register(
    sessions: Sessions,
    ceremonies: Ceremonies,
    who: Visitor,
    answer: str,
    name: str,
    origin: Origin,
) -> None:
    """Keep the passkey that a browser made; raises PasskeyError."""
    challenge, now = _answered(ceremonies, answer, _registering(who)), ceremonies.clock()
    try:
        found = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=ceremonies.site,
            expected_origin=ceremonies.origin,
        )
    except (WebAuthnException, ValueError) as error:
        raise PasskeyError(f"no passkey: {error}") from error
    made = Passkey(
        editor_id=who.editor.id,
        credential_id=bytes_to_base64url(found.credential_id),
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        name="".join(filter(str.isprintable, name)).strip()[:LONGEST_NAME],
        created_at=now,
    )
    with sessions.begin() as session:
        audit.take_turn(session)
        once = session_store.use_once(session, who.editor.id, _hash(challenge), now)
        if not once or not store.keep_passkey(session, made):
            raise PasskeyError("that passkey is known already")
        email = who.editor.email
        audit.note(session, email, "add passkey", email, now, ip=origin.ip, name=made.name)


def own(sessions: Sessions, who: Visitor) -> list[Passkey]:
    with reading(sessions) as session:
        return store.passkeys(session, who.editor.id)


def remove(sessions: Sessions, clock: Clock, who: Visitor, number: int, origin: Origin) -> None:
    """Forget one of one's own passkeys."""
    email, now = who.editor.email, clock()
    with sessions.begin() as session:
        audit.take_turn(session)
        name = store.remove_passkey(session, who.editor.id, number)
        if name is not None:
            audit.note(session, email, "remove passkey", email, now, ip=origin.ip, name=name)


# --- signing in ----------------------------------------------------------------------------


def invitation(ceremonies: Ceremonies) -> str:
    """What a browser needs to sign in with a passkey, as JSON; the same for everybody."""
    options = webauthn.generate_authentication_options(
        rp_id=ceremonies.site,
        challenge=_challenge(ceremonies, SIGN_IN),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return options_to_json(options)


def enter(sessions: Sessions, ceremonies: Ceremonies, answer: str, origin: Origin) -> str:
    """Begin a session for who holds a passkey: its secret, for a cookie. Raises PasskeyError, also
    for a passkey that counts its uses and counted back: it may be a copy."""
    challenge, now = _answered(ceremonies, answer, SIGN_IN), ceremonies.clock()
    with sessions.begin() as session:
        audit.take_turn(session)
        known = store.passkey(session, _credential_id(answer))
        if known is None:
            raise PasskeyError("nobody on the team has that passkey")
        count = _verified(ceremonies, answer, challenge, known)
        if not session_store.use_once(session, known.editor_id, _hash(challenge), now):
            raise PasskeyError("that answer was given before")
        store.used(session, known.id, count, now)
        editor = editors.editor_by_id(session, known.editor_id)
        return begin(session, editor, f"passkey {known.name}".strip(), now, origin)


def _verified(ceremonies: Ceremonies, answer: str, challenge: bytes, known: Passkey) -> int:
    """How often the passkey says it was used."""
    try:
        return webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=ceremonies.site,
            expected_origin=ceremonies.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
        ).new_sign_count
    except (WebAuthnException, ValueError) as error:
        raise PasskeyError(f"not signed in: {error}") from error


# --- challenges ----------------------------------------------------------------------------


def _registering(who: Visitor) -> str:
    """The purpose of a challenge for this session alone."""
    return f"{REGISTER} {who.session.id}"


def _challenge(ceremonies: Ceremonies, purpose: str) -> bytes:
    dated = int(ceremonies.clock().timestamp()).to_bytes(DATE, "big")
    told = secrets.token_bytes(NONCE) + dated
    return told + _signature(ceremonies, purpose, told)


def _signature(ceremonies: Ceremonies, purpose: str, told: bytes) -> bytes:
    return bytes.fromhex(ceremonies.signing.hashed(f"challenge {purpose}", told.hex()))


def _answered(ceremonies: Ceremonies, answer: str, purpose: str) -> bytes:
    """The challenge that a browser says it answers, if it is one of ours and fresh."""
    challenge = _base64url(_client_data(answer).get("challenge"))
    told, signature = challenge[:-SIGNATURE], challenge[-SIGNATURE:]
    if not hmac.compare_digest(signature, _signature(ceremonies, purpose, told)):
        raise PasskeyError("the challenge is none of ours")
    made = int.from_bytes(told[NONCE:], "big")
    if ceremonies.clock().timestamp() - made > CEREMONY_LASTS.total_seconds():
        raise PasskeyError("the challenge has run out")
    return challenge


def _hash(challenge: bytes) -> str:
    return token_hash(challenge.hex())


# --- what browsers send --------------------------------------------------------------------


def _client_data(answer: str) -> dict[str, object]:
    response = _object(answer).get("response")
    sent = response.get("clientDataJSON") if isinstance(response, dict) else None
    return _object(_base64url(sent))


def _credential_id(answer: str) -> str:
    return bytes_to_base64url(_base64url(_object(answer).get("rawId")))


def _object(text: str | bytes) -> dict[str, object]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PasskeyError("the answer is no JSON") from error
    if not isinstance(found, dict):
        raise PasskeyError("the answer is no object")
    return found


def _base64url(sent: object) -> bytes:
    """The bytes of base64url text; raises PasskeyError for anything else."""
    if not isinstance(sent, str):
        raise PasskeyError("a part of the answer is missing")
    try:
        return base64url_to_bytes(sent)
    except ValueError as error:
        raise PasskeyError("a part of the answer is no base64url") from error


def _descriptor(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(id=_base64url(passkey.credential_id))

"""Lists of readers taken in, and what came of it."""

from io import BytesIO
from typing import Any

from db.engine import Sessions, reading
from db.store import readers as store
from digest import subscriptions
from digest.model import Subscriber
from digest.readers.links import Signing
from digest.subscriptions import Imported, Told
from tests.makers import SUNDAY

SIGNING = Signing(["a key of the lists, long enough for it"])


def takes_in(
    sessions: Sessions, body: str | bytes, told: list[Told] | None = None, **given: Any
) -> Imported:
    data = body.encode() if isinstance(body, str) else body
    given.setdefault("consent_source", "a form")
    heard = [] if told is None else told
    return subscriptions.import_subscribers(
        sessions, lambda: SUNDAY, SIGNING, "list.csv", BytesIO(data), tell=heard.append, **given
    )


def counts(done: Imported) -> dict[str, int]:
    return {fate.value: number for fate, number in done.fates.items() if number}


def the_readers(sessions: Sessions) -> dict[str, Subscriber]:
    with reading(sessions) as session:
        return {one.email: one for one in store.subscribers(session)}


def states(sessions: Sessions) -> dict[str, str]:
    return {
        email.partition("@")[0]: one.state.value for email, one in the_readers(sessions).items()
    }


def suppressed(sessions: Sessions, *keys: str) -> dict[str, str]:
    hashes = {SIGNING.address_hash(key): key for key in keys}
    with reading(sessions) as session:
        found = store.suppressed(session, list(hashes))
    return {hashes[one].partition("@")[0]: reason for one, reason in found.items()}

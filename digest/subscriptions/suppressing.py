"""Addresses that must not be mailed, as an editor asks for it; and the list of Amazon SES, which
mirrors ours and is never asked before sending."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import batched
from typing import NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions, reading
from db.store import editors, events, readers
from db.store import suppressions as store
from db.store.suppressions import Suppression
from digest.delivery.suppression_list import Listed, SuppressionList
from digest.errors import NotFoundError
from digest.model import Consent, SubscriberState
from digest.ports import Clock
from digest.readers.addresses import address, key_of
from digest.readers.feedback import OUTRANKED
from digest.readers.links import Signing

BY_EDITOR = "an editor's wish"
MIRRORED: Mapping[str, str] = {
    "hard bounce": "BOUNCE",
    "complaint": "COMPLAINT",
    BY_EDITOR: "BOUNCE",  # SES knows two reasons only
}
REASONS = {"BOUNCE": "hard bounce", "COMPLAINT": "complaint"}
STATES = {"BOUNCE": SubscriberState.BOUNCED, "COMPLAINT": SubscriberState.COMPLAINED}
A_SECOND = 1.0  # between two calls: SES takes no more of these
MOST = 30  # addresses of one run
SLICE = 500
EDITOR = "an editor"
MAILED = (SubscriberState.PENDING, SubscriberState.ACTIVE)


class Synced(NamedTuple):
    listed: int
    new: int

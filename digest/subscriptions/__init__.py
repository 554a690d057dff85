"""What a reader asks for: `joining`, `leaving`, their own data (`own_data`); and whole lists of
readers in and out: `importing`, `exporting`."""

from digest.subscriptions.exporting import export_subscribers
from digest.subscriptions.importing import Imported, import_subscribers
from digest.subscriptions.joining import (
    Asking,
    Invitations,
    confirm,
    invite,
    may_confirm,
    subscribe,
)
from digest.subscriptions.leaving import leave, may_leave
from digest.subscriptions.own_data import erase

__all__ = [
    "Asking",
    "Imported",
    "Invitations",
    "confirm",
    "erase",
    "export_subscribers",
    "import_subscribers",
    "invite",
    "leave",
    "may_confirm",
    "may_leave",
    "subscribe",
]

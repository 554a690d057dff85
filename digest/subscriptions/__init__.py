"""What a reader asks for: to come in (`wishes`, `proving`, `joining`, `confirming`), `leaving`,
their own data (`own_data`); and whole lists of readers in and out: `importing`, `exporting`."""

from digest.subscriptions.confirming import Entry, confirm, may_confirm
from digest.subscriptions.exporting import export_subscribers
from digest.subscriptions.importing import Imported, import_subscribers
from digest.subscriptions.joining import answer, needs_proof
from digest.subscriptions.leaving import leave, may_leave
from digest.subscriptions.own_data import erase
from digest.subscriptions.proving import challenge
from digest.subscriptions.wishes import (
    CategoriesError,
    DisposableError,
    Invitations,
    Signs,
    Wish,
    wish,
)

__all__ = [
    "CategoriesError",
    "DisposableError",
    "Entry",
    "Imported",
    "Invitations",
    "Signs",
    "Wish",
    "answer",
    "challenge",
    "confirm",
    "erase",
    "export_subscribers",
    "import_subscribers",
    "leave",
    "may_confirm",
    "may_leave",
    "needs_proof",
    "wish",
]

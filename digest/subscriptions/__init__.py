"""What a reader asks for: `joining`, `leaving`, their own data (`own_data`); and whole lists of
readers in (`importing`, once it was read through by `surveying`: `list_file` row by row,
`list_columns` and `list_formats` what it says) and out (`exporting`); `formulas` for both."""

from digest.subscriptions.exporting import LAYOUTS, export_subscribers
from digest.subscriptions.formulas import guarded
from digest.subscriptions.importing import Fate, Imported, Told, import_subscribers
from digest.subscriptions.joining import (
    Asking,
    Invitations,
    confirm,
    invite,
    may_confirm,
    subscribe,
)
from digest.subscriptions.leaving import leave, may_leave
from digest.subscriptions.list_formats import COLUMNS
from digest.subscriptions.own_data import erase

__all__ = [
    "COLUMNS",
    "LAYOUTS",
    "Asking",
    "Fate",
    "Imported",
    "Invitations",
    "Told",
    "confirm",
    "erase",
    "export_subscribers",
    "guarded",
    "import_subscribers",
    "invite",
    "leave",
    "may_confirm",
    "may_leave",
    "subscribe",
]

"""What a reader asks for: to come in (`wishes`, `proving`, `joining`, `confirming`), `leaving`,
their own data (`own_data`); and whole lists of readers in (`importing`, once it was read through
by `surveying`: `list_file` row by row, `list_columns` and `list_formats` what it says) and out
(`exporting`), `formulas` for both; what the mail service says afterwards: `bounces`, `notices`;
whom nobody may mail: `suppressing`."""

from digest.subscriptions.bounces import Recorded, record, take
from digest.subscriptions.confirming import Entry, confirm, may_confirm
from digest.subscriptions.exporting import LAYOUTS, export_subscribers
from digest.subscriptions.formulas import guarded
from digest.subscriptions.importing import Fate, Imported, Told, import_subscribers
from digest.subscriptions.joining import answer, needs_proof
from digest.subscriptions.leaving import leave, may_leave
from digest.subscriptions.list_formats import COLUMNS
from digest.subscriptions.notices import Webhook, notified
from digest.subscriptions.own_data import erase
from digest.subscriptions.proving import challenge
from digest.subscriptions.suppressing import (
    import_suppressions,
    mirror_suppressions,
    release,
    suppress,
    suppressions,
)
from digest.subscriptions.wishes import (
    CategoriesError,
    DisposableError,
    Invitations,
    Signs,
    Wish,
    wish,
)

__all__ = [
    "COLUMNS",
    "LAYOUTS",
    "CategoriesError",
    "DisposableError",
    "Entry",
    "Fate",
    "Imported",
    "Invitations",
    "Recorded",
    "Signs",
    "Told",
    "Webhook",
    "Wish",
    "answer",
    "challenge",
    "confirm",
    "erase",
    "export_subscribers",
    "guarded",
    "import_subscribers",
    "import_suppressions",
    "leave",
    "may_confirm",
    "may_leave",
    "mirror_suppressions",
    "needs_proof",
    "notified",
    "record",
    "release",
    "suppress",
    "suppressions",
    "take",
    "wish",
]

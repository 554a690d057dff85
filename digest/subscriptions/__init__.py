"""What a reader asks for: to come in (`wishes`, `proving`, `joining`, `confirming`), `choosing`,
`leaving`, their own data (`own_data`), by links that are mailed (`mailing`); whole lists of readers
in (`importing`, once it was read through by `surveying`: `list_file` row by row, `list_columns` and
`list_formats` what it says) and out (`exporting`), `formulas` for both; what the mail service says
afterwards: `bounces`, `notices`; whom nobody may mail: `suppressing`; what
those who publish see of them: `looking`."""

from digest.subscriptions.bounces import Recorded, record, take
from digest.subscriptions.choosing import (
    Preferences,
    Wanted,
    ask,
    change_address,
    choose,
    mailed,
    preferences,
)
from digest.subscriptions.confirming import Entry, confirm, may_confirm
from digest.subscriptions.exporting import LAYOUTS, export_subscribers
from digest.subscriptions.formulas import guarded
from digest.subscriptions.importing import Fate, Imported, Told, import_subscribers
from digest.subscriptions.joining import answer, needs_proof
from digest.subscriptions.leaving import (
    REASONS,
    Left,
    come_back,
    leave,
    may_leave,
    may_return,
    say_goodbye,
    say_why,
    unsubscribe_by_hand,
    way_back,
)
from digest.subscriptions.list_formats import COLUMNS
from digest.subscriptions.mailing import Asked, mail_link
from digest.subscriptions.notices import Webhook, notified
from digest.subscriptions.own_data import erase, erase_by_link, export, export_by_hand
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
    "REASONS",
    "Asked",
    "CategoriesError",
    "DisposableError",
    "Entry",
    "Fate",
    "Imported",
    "Invitations",
    "Left",
    "Preferences",
    "Recorded",
    "Signs",
    "Told",
    "Wanted",
    "Webhook",
    "Wish",
    "answer",
    "ask",
    "challenge",
    "change_address",
    "choose",
    "come_back",
    "confirm",
    "erase",
    "erase_by_link",
    "export",
    "export_by_hand",
    "export_subscribers",
    "guarded",
    "import_subscribers",
    "import_suppressions",
    "leave",
    "mail_link",
    "mailed",
    "may_confirm",
    "may_leave",
    "may_return",
    "mirror_suppressions",
    "needs_proof",
    "notified",
    "preferences",
    "record",
    "release",
    "say_goodbye",
    "say_why",
    "suppress",
    "suppressions",
    "take",
    "unsubscribe_by_hand",
    "way_back",
    "wish",
]

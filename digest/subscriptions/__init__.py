"""What a reader asks for: `joining`, `leaving`, their own data (`own_data`); whole lists of readers
in and out: `importing`, `exporting`; what the mail service says afterwards: `bounces`, `notices`;
whom nobody may mail: `suppressing`."""

from digest.subscriptions.bounces import Recorded, record, take
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
from digest.subscriptions.notices import Webhook, notified
from digest.subscriptions.own_data import erase
from digest.subscriptions.suppressing import (
    import_suppressions,
    mirror_suppressions,
    release,
    suppress,
    suppressions,
)

__all__ = [
    "Asking",
    "Imported",
    "Invitations",
    "Recorded",
    "Webhook",
    "confirm",
    "erase",
    "export_subscribers",
    "import_subscribers",
    "import_suppressions",
    "invite",
    "leave",
    "may_confirm",
    "may_leave",
    "mirror_suppressions",
    "notified",
    "record",
    "release",
    "subscribe",
    "suppress",
    "suppressions",
    "take",
]

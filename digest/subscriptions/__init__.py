"""What a reader asks for: `joining`, `choosing`, `leaving`, their own data (`own_data`), by links
that are mailed (`mailing`); and whole lists of readers in and out: `importing`, `exporting`."""

from digest.subscriptions.choosing import (
    Preferences,
    Wanted,
    ask,
    change_address,
    choose,
    mailed,
    preferences,
)
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
from digest.subscriptions.leaving import (
    REASONS,
    Left,
    come_back,
    leave,
    may_leave,
    may_return,
    say_goodbye,
    say_why,
    way_back,
)
from digest.subscriptions.mailing import Asked, mail_link
from digest.subscriptions.own_data import erase, erase_by_link, export

__all__ = [
    "REASONS",
    "Asked",
    "Asking",
    "Imported",
    "Invitations",
    "Left",
    "Preferences",
    "Wanted",
    "ask",
    "change_address",
    "choose",
    "come_back",
    "confirm",
    "erase",
    "erase_by_link",
    "export",
    "export_subscribers",
    "import_subscribers",
    "invite",
    "leave",
    "mail_link",
    "mailed",
    "may_confirm",
    "may_leave",
    "may_return",
    "preferences",
    "say_goodbye",
    "say_why",
    "subscribe",
    "way_back",
]

"""What a reader agreed to: the very words they saw, and what the record of it says.

The burden of proof is ours (GDPR, Art. 7(1)), so a line of the record names the form by its version
and by a hash of its sentences, as the publication's language has them. Who changes a sentence gives
the form a new version; a test holds the two together.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from digest.model import Consent, Publication

SIGN_UP, CONFIRM = "sign-up", "confirm"  # acts of a Consent, and of their forms
GOING = frozenset({"leave", "bounce", "complaint"})  # acts that an older link does not undo
ERASED = "erased"  # how the reason of a suppression starts that the reader themselves may lift


@dataclass(frozen=True, slots=True)
class Form:
    """The sentences of a form by which somebody agrees to something."""

    version: str
    heading: str
    says: str
    terms: str
    button: str

    @property
    def hash(self) -> str:
        """SHA-256 of all that is read, in hex, one sentence a line."""
        said = "\n".join((self.heading, self.says, self.terms, self.button))
        return hashlib.sha256(said.encode()).hexdigest()


def sign_up_form(publication: Publication) -> Form:
    spoken = publication.language
    return Form(
        version="sign-up-1",
        heading=spoken.gettext("The next comparisons, in your inbox"),
        says=spoken.gettext(
            "Each week's new tools beside the ones our panel already knows. It costs nothing, and "
            "one click ends it."
        ),
        terms=spoken.gettext(
            "You agree to get %(list)s by e-mail until you unsubscribe. As proof of that we keep "
            "when, from which network address and with which browser you asked for it.",
            list=publication.list_name,
        ),
        button=spoken.gettext("Subscribe"),
    )


def confirm_form(publication: Publication) -> Form:
    spoken = publication.language
    return Form(
        version="confirm-1",
        heading=spoken.gettext("Yes, send me %(list)s", list=publication.list_name),
        says=spoken.gettext("Press the button to confirm that this address wants it."),
        terms="",
        button=spoken.gettext("Confirm"),
    )


def chosen(record: Iterable[Consent], message_id: str) -> tuple[str, ...]:
    """The categories that were named at the sign-up which that mail answered."""
    signed_up = (one for one in record if one.act == SIGN_UP and one.message_id == message_id)
    answered = next(signed_up, None)
    return tuple(answered.detail.get("categories", ())) if answered else ()


def has_gone_since(record: Iterable[Consent], moment: datetime) -> bool:
    """Whether the reader left, or their mail came back, at that moment or later."""
    return any(one.act in GOING and one.at >= moment for one in record)

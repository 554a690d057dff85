"""Look at an issue as a reader will, and mail a test of it, before any reader has it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions
from db.store import editors, readers
from db.store import issues as store
from digest import markers
from digest.desk.trouble import Pen
from digest.errors import InputError, NotAllowedError
from digest.issues import trial
from digest.issues.appearance import Scheme, in_colors, unstyled
from digest.markers import Marker, Topics
from digest.model import Delivery, Issue, Message, Publication, Receipt, Rendering
from digest.readers.addresses import address
from digest.readers.addressing import Addressing, confirmed_on, filled, marked
from digest.readers.links import Signing

NOBODY = 0  # no subscriber has this id: links of a preview and of a test do nothing
TEST = "test-send"  # the act's name in the audit
AN_HOUR = timedelta(hours=1)


class Look(NamedTuple):
    """How an issue is looked at: by a reader of these topics (of all, without any), in a scheme,
    with its styles or as a client shows it that drops them."""

    topics: Topics = frozenset()
    scheme: Scheme = "light"
    styled: bool = True


class Values(NamedTuple):
    """What stands in the preview where a reader's own values will be."""

    signing: Signing
    publication: Publication
    now: datetime

    def __call__(self) -> dict[Marker, str]:
        day = confirmed_on(self.publication, self.now.date())
        return {**marked(self.signing.tokens(NOBODY)), Marker.CONFIRMED_ON: day}


def topics(rendering: Rendering) -> tuple[str, ...]:
    """The topics that decide what a reader gets of an issue."""
    return tuple(sorted(markers.topics(rendering.html)))


def html(rendering: Rendering, values: Values, look: Look) -> str:
    """The HTML part as a reader sees it who looks so; the width is the frame's."""
    shown = filled(rendering.html, values(), look.topics)
    return in_colors(shown, look.scheme) if look.styled else unstyled(shown)


def text(rendering: Rendering, values: Values, topics: Topics = frozenset()) -> str:
    """The text part as a reader of these topics sees it."""
    return filled(rendering.text, values(), topics)


def send_test(
    sessions: Sessions, pen: Pen, signing: Signing, name: str, email: str, to: Sequence[str]
) -> list[tuple[str, Receipt]]:
    """Mail a test of an issue, marked as one, to a few addresses; the ledger knows nothing of it.

    Raises NotAllowedError for too many addresses or tests, InputError for an address that is none.
    """
    addresses = list(dict.fromkeys(address(one).email for one in to))
    now = pen.clock()
    with sessions.begin() as session:
        who = editors.editor(session, email).email
        issue = store.locked_issue(session, name)
        _require_few(session, issue, who, addresses, now)
        _require_wanted(session, signing, addresses)
        number = len(editors.times(session, TEST, what=name)) + 1
        editors.note(session, who, TEST, name, now, to=addresses, number=number)
    messages = _messages(issue, pen, signing, addresses, number)
    return list(zip(addresses, pen.post(messages), strict=True))


def _require_few(
    session: Session, issue: Issue, who: str, addresses: Sequence[str], now: datetime
) -> None:
    lately = len(editors.times(session, TEST, who=who, since=now - AN_HOUR))
    reasons = {
        "it has no rendering": issue.rendering is None,
        f"a test goes to 1 to {trial.MOST} addresses": not 1 <= len(addresses) <= trial.MOST,
        f"{who} sent {trial.AN_HOUR} tests in the last hour": lately >= trial.AN_HOUR,
    }
    against = tuple(reason for reason, is_so in reasons.items() if is_so)
    if against:
        raise NotAllowedError(f"send a test of {issue.id}", against)


def _require_wanted(session: Session, signing: Signing, addresses: Sequence[str]) -> None:
    """An address that must not be mailed must not be mailed by hand either."""
    hashes = {signing.address_hash(one.lower()): one for one in addresses}
    for hashed, reason in readers.suppressed(session, list(hashes)).items():
        raise InputError(f"{hashes[hashed]} must not be mailed: {reason}")


def _messages(
    issue: Issue, pen: Pen, signing: Signing, addresses: Sequence[str], number: int
) -> list[Message]:
    assert issue.rendering
    marked = trial.marked(issue.rendering, pen.publication.language)
    # The number and the place make Message-IDs of its own for each: mail programs hide a repeat.
    known_as = f"test-{number}.{issue.id}"
    addressing = Addressing(replace(issue, id=known_as), marked, pen.publication)
    tokens, now = signing.tokens(NOBODY), pen.clock()
    return [
        replace(addressing.address(_delivery(known_as, place, one, now), tokens, now), delivery=0)
        for place, one in enumerate(addresses, 1)
    ]


def _delivery(issue: str, place: int, email: str, now: datetime) -> Delivery:
    return Delivery(
        id=place, issue=issue, subscriber=NOBODY, email=email, confirmed_at=now, attempt=1
    )

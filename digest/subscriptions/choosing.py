"""A reader chooses what comes, how often and where to."""

from collections.abc import Collection
from dataclasses import asdict
from typing import NamedTuple

from sqlalchemy.orm import Session

from db.engine import Sessions, reading
from db.store import comparisons, mailed_links
from db.store import readers as store
from digest.errors import InputError, NotFoundError
from digest.model import NOWHERE, Consent, MailedLink, Origin, Subscriber, SubscriberState
from digest.ports import Clock
from digest.readers import preferences as choices
from digest.readers.addresses import address
from digest.readers.links import Purpose, Signing, token_hash
from digest.readers.preferences import Choice
from digest.subscriptions.mailing import Asked, is_taken


class Preferences(NamedTuple):
    """A reader, and the categories there are to choose from."""

    reader: Subscriber
    categories: tuple[str, ...]


class Wanted(NamedTuple):
    """A choice as a form has it, which showed these `languages` to choose from."""

    categories: Collection[str]
    cadence: str
    pause: str = choices.KEEP
    language: str = choices.KEEP
    languages: Collection[str] = ()


def preferences(sessions: Sessions, signing: Signing, token: str) -> Preferences | None:
    """Whose preferences a link leads to. None when the reader is gone; raises NotFoundError for a
    link that is none of ours."""
    number = named(signing, token)
    with reading(sessions) as session:
        return _preferences(session, store.subscriber(session, number))


def choose(
    sessions: Sessions,
    clock: Clock,
    signing: Signing,
    token: str,
    wanted: Wanted,
    origin: Origin = NOWHERE,
) -> Preferences | None:
    """Keep a reader's choice; what it changed is a line of their record. None when the reader is
    gone. Raises NotFoundError for a link that is not ours, InputError for a choice there is not."""
    number = named(signing, token)
    with sessions.begin() as session:
        found = _preferences(session, store.held_subscriber(session, number))
        if found is None or found.reader.state is not SubscriberState.ACTIVE:
            return found
        before, now = choices.choice_of(found.reader), clock()
        after = Choice(
            categories=choices.among(found.categories, wanted.categories),
            cadence=choices.cadence(wanted.cadence),
            language=choices.language(wanted.language, before.language, wanted.languages),
            paused_until=choices.pause(wanted.pause, before.paused_until, now),
        )
        if changed := choices.change(before, after):
            store.update_subscriber(session, number, now, **_columns(after))
            said = Consent(
                act="change", source="preferences", detail=changed, origin=origin, at=now
            )
            store.keep_consent(session, number, said)
        return _preferences(session, store.subscriber(session, number))


def ask(signing: Signing, token: str, purpose: Purpose, new: str = "") -> Asked:
    """What a reader asked for on their page, for `mail_link`. Raises NotFoundError for a link that
    is not ours, InputError for a new address that is none."""
    wanted = address(new).email if purpose is Purpose.CHANGE_ADDRESS else ""
    return Asked(named(signing, token), purpose, wanted)


def mailed(
    sessions: Sessions, clock: Clock, signing: Signing, token: str, purpose: Purpose
) -> MailedLink | None:
    """The link that was mailed with this token, as long as it works; looking uses nothing up."""
    if signing.read_dated(token, purpose, clock()) is None:
        return None
    with reading(sessions) as session:
        return mailed_links.find_link(session, token_hash(token), purpose, clock())


def change_address(
    sessions: Sessions, clock: Clock, signing: Signing, token: str, origin: Origin = NOWHERE
) -> MailedLink:
    """Move a reader to the address the link was mailed to; following it twice is as good as once.

    Raises NotFoundError for a link that no longer works, InputError when the address became
    another reader's meanwhile, or must not be mailed.
    """
    purpose, now = Purpose.CHANGE_ADDRESS, clock()
    with sessions.begin() as session:
        link = mailed_links.use_link(session, token_hash(token), purpose, now)
        if link is None or signing.read_dated(token, purpose, now) is None:
            raise NotFoundError("link", "to change an address")
        reader = store.held_subscriber(session, link.subscriber)
        assert reader  # a link goes with its reader
        if reader.email == link.email:
            return link
        _move(session, clock, signing, reader, link, origin)
        return link


def named(signing: Signing, token: str) -> int:
    """The reader whom a link to the preferences names; raises NotFoundError for none of ours."""
    number = signing.read(token, Purpose.CHOOSE)
    if number is None:
        raise NotFoundError("link", "to preferences")
    return number


def _preferences(session: Session, reader: Subscriber | None) -> Preferences | None:
    if reader is None:
        return None
    return Preferences(
        reader, choices.offered(comparisons.categories_compared(session), reader.categories)
    )


def _columns(choice: Choice) -> dict[str, object]:
    return asdict(choice) | {"categories": list(choice.categories)}


def _move(
    session: Session,
    clock: Clock,
    signing: Signing,
    reader: Subscriber,
    link: MailedLink,
    origin: Origin,
) -> None:
    found = address(link.email)
    free = not is_taken(session, signing, found.email)
    if not free or not store.move_subscriber(session, reader.id, found.key, found.email, clock()):
        raise InputError("the address cannot be used")
    detail = {"before": {"email": reader.email}, "after": {"email": found.email}}
    said = Consent(
        act="change",
        source="mailed link",
        message_id=link.message_id,
        detail=detail,
        origin=origin,
        at=clock(),
    )
    store.keep_consent(session, reader.id, said)

"""What somebody asks for who wants our mails, read from a form or a program, and how far it looks
like the wish of a person. Nothing here asks the database: whatever address it is, it takes as long.
"""

from collections.abc import Iterable
from typing import NamedTuple

from digest.errors import InputError
from digest.issues.rendering import Templates
from digest.model import Origin, Publication
from digest.ports import Clock, Post
from digest.readers.addresses import Address, AddressError, address
from digest.readers.filling import filled_in_by_hand
from digest.readers.links import Signing
from digest.subscriptions.proving import is_proven

MOST_CATEGORIES, LONGEST_CATEGORY = 20, 60  # what a stranger may have us keep

ALLOW, FLAG, REFUSE = "allow", "flag", "refuse"  # what to do with disposable addresses


class Invitations(NamedTuple):
    """What asking a new reader to confirm needs besides the database. `disposable` is ALLOW, FLAG
    or REFUSE."""

    clock: Clock
    signing: Signing
    post: Post
    publication: Publication
    templates: Templates
    disposable: str = FLAG


class DisposableError(AddressError):
    """An address that is made to be thrown away, and this publication sends to none."""


class CategoriesError(InputError):
    """Categories that no form of ours sends."""


class Wish(NamedTuple):
    """Somebody wants our mails at an address. `source` is "form" or "api"; `by_hand` says that the
    form was filled in as people do it, `proven` that a browser worked for it."""

    address: Address
    categories: tuple[str, ...]
    source: str
    origin: Origin
    by_hand: bool
    proven: bool
    flagged: bool  # a disposable address


class Signs(NamedTuple):
    """What a form carries besides its fields for people: the mark of when it was opened, and the
    proof of work, each "" where there is none."""

    opened: str = ""
    proof: str = ""


UNSIGNED = Signs()


def wish(
    invitations: Invitations,
    email: str,
    categories: Iterable[str] = (),
    *,
    source: str = "form",
    origin: Origin,
    signs: Signs = UNSIGNED,
) -> Wish:
    """Read what somebody wants.

    Raises AddressError for what is no address, DisposableError for one of a kind we do not take,
    CategoriesError for what no form of ours sends.
    """
    found, chosen = address(email), _chosen(categories)
    disposable = invitations.disposable != ALLOW and found.is_disposable
    if disposable and invitations.disposable == REFUSE:
        raise DisposableError(f"{found.email} is an address to be thrown away")
    signing, now = invitations.signing, invitations.clock()
    return Wish(
        address=found,
        categories=chosen,
        source=source,
        origin=origin,
        by_hand=filled_in_by_hand(signing, signs.opened, now),
        proven=is_proven(signing, signs.proof, email, now),
        flagged=disposable,
    )


def _chosen(categories: Iterable[str]) -> tuple[str, ...]:
    """The categories that were named, each once."""
    chosen = tuple(dict.fromkeys(name.strip() for name in categories if name.strip()))
    fine = all(len(name) <= LONGEST_CATEGORY and name.isprintable() for name in chosen)
    if not fine or len(chosen) > MOST_CATEGORIES:
        raise CategoriesError(f"choose up to {MOST_CATEGORIES} categories by their names")
    return chosen

"""The published feeds."""

from collections.abc import Callable, Mapping

from db.engine import Sessions, reading
from db.store import versions
from db.store.comparisons import ALL, Among
from digest.archive.categories import spelled
from digest.archive.comparisons import LATEST, Version, latest
from digest.issues import syndication
from digest.model import Publication

FORMATS: Mapping[str, Callable[..., bytes]] = {
    "rss": syndication.rss,
    "atom": syndication.atom,
    "json": syndication.json_feed,
}


def feed(sessions: Sessions, publication: Publication, kind: str, category: str = "") -> bytes:
    """The published feed in one of FORMATS."""
    shown = latest(sessions, _among(sessions, category), language=publication.language)
    return FORMATS[kind](shown, publication, category=category)


def feed_version(sessions: Sessions, category: str = "") -> Version:
    """What changes whenever the feed does, in any format."""
    among = _among(sessions, category)
    with reading(sessions) as session:
        return versions.comparisons(session, LATEST, among, whole=True)


def _among(sessions: Sessions, category: str) -> Among:
    return Among(spelled(sessions, category)) if category else ALL

"""A publication with something on every page, and mail of every kind in its outbox."""

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from urllib.parse import urlsplit

from digest.model import Message
from digest.readers.links import Purpose
from tests.doors.site import LiveSite
from tests.makers import a_panel, a_tool, an_unreviewed_tool
from tests.newsroom import Newsroom

READER = "reader@inbox.example"
LINK = re.compile(r"""https?://[^\s"'<>)]+""")


def publish(site: LiveSite) -> None:
    """Three comparisons: of two tools with verdicts, of a newcomer, and one of long words."""
    notekeel = a_tool("Notekeel", reviews=a_panel(40, 55, 62, 58), category="Writing")
    site.publishes(a_tool("Plainwright"), notekeel)
    site.publishes(an_unreviewed_tool("Newcomer"), notekeel)
    long = "Transkriptionsdienstleistungsverwaltung " * 3
    wide = a_tool("Orrery for very large teams of researchers", tagline=long, description=long * 5)
    site.publishes(wide, a_tool("Tarnfish", category="Research"))


def send_the_week(site: LiveSite, newsroom: Newsroom) -> None:
    """Compose, approve and send what is published, through the site's own mail service."""
    newsroom.parts = replace(
        newsroom.parts, post=site.mail, signing=site.signing, publication=site.publication
    )
    newsroom.hires()
    newsroom.drafts()
    newsroom.submits()
    newsroom.approves()
    newsroom.clock.move(minutes=11)
    newsroom.sends()


def links(message: Message) -> Iterator[str]:
    """Every address of a mail, in its headers and all its parts."""
    mail = message_from_bytes(message.data, policy=policy.default)
    parts = [part for part in mail.walk() if not part.is_multipart()]
    texts = [str(mail["List-Unsubscribe"] or ""), *(part.get_content() for part in parts)]
    for text in texts:
        yield from (found.replace("&amp;", "&") for found in LINK.findall(text))


def own_paths(site: LiveSite) -> list[str]:
    """Paths and queries of the site that mails in its outbox link to, each once."""
    found = (urlsplit(link) for message in site.mail for link in links(message))
    ours = urlsplit(site.publication.base_url).netloc
    paths = (
        f"{one.path}?{one.query}" if one.query else one.path for one in found if one.netloc == ours
    )
    return list(dict.fromkeys(path or "/" for path in paths))


def mailed_tokens(site: LiveSite) -> list[str]:
    """What stands last in the paths that mails link to: tokens among them."""
    return [path.partition("?")[0].rpartition("/")[2] for path in own_paths(site)]


def every_token(site: LiveSite, number: int) -> list[str]:
    """A reader's tokens for every purpose, lasting and dated."""
    lasting = [site.signing.token(number, purpose) for purpose in Purpose]
    return [*lasting, *(site.signing.dated_token(number, one, site.clock()) for one in Purpose)]

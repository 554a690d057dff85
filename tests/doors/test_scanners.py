"""Mail scanners fetch every link of every mail, before any reader does: that changes nothing."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from digest.issues.rendering import render, templates
from digest.markers import Marker
from digest.model import IssueKind, IssueState, Item, Message, SubscriberState
from digest.readers.addressing import filled, marked
from tests.doors.site import LiveSite
from tests.makers import a_comparison, an_issue, the_mail_templates

SLUG = "plainwright-vs-notekeel"
READER, NEW = "reader@inbox.example", "new@other.example"
TABLES = (
    *("subscribers", "consents", "mailed_links", "invitations", "suppressions", "votes"),
    *("deliveries", "delivery_events"),
)
LINK = re.compile(r"https?://[^\s\"'<>]+")


def is_mailed_everything(site: LiveSite) -> Iterator[str]:
    """The text of each mail a reader may get, with links that work."""
    site.publishes()
    site.puts(an_issue(state=IssueState.SENT, items=(Item(comparison=SLUG),)))
    site.fill_in("/subscribe", email="newcomer@inbox.example")
    number = site.has_reader(READER)
    site.fill_in("/subscribe", email=READER)
    for told in ({"ask": "export"}, {"ask": "erase"}, {"ask": "address", "email": NEW}):
        site.fill_in(site.preferences(number), **told)
    leaver = site.has_reader("leaver@inbox.example")
    site.fill_in(f"{site.way_out(leaver)}?by=page")
    yield from map(body, site.mail)
    values = marked(site.signing.tokens(number)) | {Marker.CONFIRMED_ON: "today"}
    for kind in IssueKind:
        rendering = render(
            an_issue(kind=kind),
            [a_comparison()],
            site.publication,
            templates(the_mail_templates()),
        )
        yield filled(rendering.html, values) + filled(rendering.text, values)


def body(message: Message) -> str:
    return message.data.decode("ascii").replace("=\r\n", "").replace("=3D", "=")


def links(site: LiveSite) -> set[str]:
    """The paths of our own site in these mails."""
    own = site.publication.base_url
    found = {link for mail in is_mailed_everything(site) for link in LINK.findall(mail)}
    paths = {link.removeprefix(own) or "/" for link in found if link.startswith(own)}
    return {path.partition("#")[0].rstrip(">,") or "/" for path in paths}


def everything_kept(site: LiveSite) -> str:
    with site.sessions() as session:
        return repr([session.execute(text(f"SELECT * FROM {name}")).all() for name in TABLES])


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_following_every_link_of_every_mail_changes_nothing(site: LiveSite, method: str) -> None:
    followed = links(site)
    doors = {path.split("/")[1] for path in followed}
    assert doors >= {"confirm", "unsubscribe", "preferences", "compare"}
    assert len([path for path in followed if path.startswith("/preferences/")]) == 4
    before, mails = everything_kept(site), len(site.mail)
    for path in sorted(followed):
        answer = site.ask(method, path)
        assert answer.status == 200, path
        assert answer.headers["Set-Cookie"] is None
    assert everything_kept(site) == before
    assert len(site.mail) == mails
    assert site.state(READER) is SubscriberState.ACTIVE

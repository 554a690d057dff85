"""Whether a mail's links lead where they say, and its way out is there."""

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from digest.issues.outline import Anchor
from digest.issues.preflight.finding import Finding, Mail, shortened
from digest.markers import Marker

# What says nothing to somebody who hears the links of a mail alone.
HOLLOW = frozenset(
    {
        *("click here", "here", "read more", "more", "link", "this link", "learn more"),
        *("hier", "hier klicken", "mehr", "mehr lesen", "weiterlesen", "link öffnen"),
    }
)


def lets_a_reader_leave(mail: Mail) -> Iterator[Finding]:
    link = f"{mail.publication.base_url}/unsubscribe/{Marker.READER}"
    mend = "give the template its link to {{ unsubscribe_url }}"
    if link not in mail.outline.links:
        yield Finding("block", "HTML", "the HTML has no unsubscribe link", mend)
    if link not in mail.text.split():
        yield Finding("block", "text", "the text has no unsubscribe link", mend)


def links_are_safe(mail: Mail) -> Iterator[Finding]:
    own = mail.publication.base_url
    for number, anchor in enumerate(mail.outline.anchors, 1):
        if what := fault(anchor.href, own):
            yield Finding("block", _place(number, anchor), what, "correct it, or take it out")


def fault(link: str, own: str) -> str:
    """What is wrong with where a link leads; "" for one that may stand in a mail of site `own`."""
    if not link.strip():
        return "a link leads nowhere"
    if is_local(link, own) or link.startswith("mailto:"):
        return ""
    if not link.startswith("https://"):
        return f"a link is not https: {link}"
    return _host_fault(link)


def _host_fault(link: str) -> str:
    try:
        address = urlsplit(link)
        host = address.hostname or ""
    except ValueError:
        host, address = "", urlsplit("")
    if not host:
        return f"a link has no host: {link}"
    if address.username is not None:
        return f"a link hides its host behind a user: {link}"
    return f"a link leads to a bare address: {link}" if _is_address(host) else ""


def links_say_where_they_lead(mail: Mail) -> Iterator[Finding]:
    for number, anchor in enumerate(mail.outline.anchors, 1):
        place = _place(number, anchor)
        if not anchor.name:
            what = "a link says nothing"
            yield Finding("block", place, what, "give it a text, or its picture an alt text")
        elif anchor.name.casefold().strip(" .!…→»") in HOLLOW:
            what = f"a link says no more than {shortened(anchor.name)}"
            yield Finding("warn", place, what, "say where it leads, or give it an aria-label")


def images_can_be_shown(mail: Mail) -> Iterator[Finding]:
    for number, image in enumerate(mail.outline.images, 1):
        source = image.get("src") or ""
        if not source.startswith("https://") and not is_local(source, mail.publication.base_url):
            shown = shortened(source) if source else "nothing"
            what = f"an image comes from {shown}, which mail clients do not show"
            yield Finding("block", f"HTML, image {number}", what, "put it behind an https address")


def _place(number: int, anchor: Anchor) -> str:
    said = f" {shortened(anchor.name)}" if anchor.name else ""
    return f"HTML, link {number}{said}"


def is_local(link: str, own: str) -> bool:
    """Whether it leads to our own site while that runs on this machine, where http will do."""
    return _is_loopback(urlsplit(own).hostname or "") and (link + "/").startswith(own + "/")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)

"""Find a site's feeds: what its page names as its own (RSS Board's autodiscovery, HTML's
`link rel=alternate`)."""

from lxml import etree

from sources import links

TYPES = frozenset(
    ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
)
MOST = 5  # a page may name a feed for each of its comments


def feeds_of(url: str, body: bytes) -> tuple[str, ...]:
    """The addresses of the feeds a page names, in its order; empty for what is no page."""
    # Feeds stand in the head: what follows need not be read.
    head = etree.HTML(body[:262_144], etree.HTMLParser(no_network=True, recover=True))
    if head is None:
        return ()
    base = next(iter(head.xpath("//base/@href")), "")
    named = (_feed(links.absolute(url, base) or url, link) for link in head.iter("link"))
    return tuple(dict.fromkeys(filter(None, named)))[:MOST]


def _feed(base: str, link: etree._Element) -> str:
    is_alternate = "alternate" in link.get("rel", "").lower().split()
    kind = link.get("type", "").lower().split(";")[0].strip()
    if not is_alternate or kind not in TYPES:
        return ""
    return links.absolute(base, link.get("href", ""))

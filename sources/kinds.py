"""Which kind of feed a document is, by its address and by the look of its entries."""

import re
from collections.abc import Callable

from digest.model import Document, Entry
from sources import links
from sources.launches import TITLE, titles

_SHOW_HN = re.compile(r"^\s*(?:show|launch)\s+hn\b", re.IGNORECASE)


def kind_of(url: str, document: Document) -> str:
    """A name of `sources.recognising.KINDS`; "blog" where nothing tells."""
    for kind, fits in SIGNS:
        if fits(url, document):
            return kind
    return "blog"


def _is_product_hunt(url: str, document: Document) -> bool:
    at_home = "producthunt.com" in (links.host(url), links.host(document.link))
    return at_home or _most(document, _leads_to_product_hunt)


def _leads_to_product_hunt(entry: Entry) -> bool:
    return entry.guid.startswith("tag:www.producthunt.com") or (
        links.host(entry.link) == "producthunt.com"
    )


def _is_hacker_news(url: str, document: Document) -> bool:
    homes = ("news.ycombinator.com", "hnrss.org")
    at_home = links.host(url) in homes or links.host(document.link) in homes
    return at_home or _most(document, lambda entry: bool(_SHOW_HN.match(entry.title)))


def _is_releases(url: str, document: Document) -> bool:
    at_home = links.host(url) == "github.com" and links.steps(url)[-1:] in (
        ("releases.atom",),
        ("tags.atom",),
    )
    return at_home or _most(document, _leads_to_a_release)


def _leads_to_a_release(entry: Entry) -> bool:
    steps = links.steps(entry.link)
    return links.host(entry.link) == "github.com" and steps[2:3] == ("releases",)


def _is_list(_: str, document: Document) -> bool:
    return _most(document, _has_name_and_tagline, 0.75)


def _has_name_and_tagline(entry: Entry) -> bool:
    return titles.named(titles.undecorated(entry.title[:TITLE])) != ("", "")


def _most(document: Document, fits: Callable[[Entry], bool], share: float = 0.5) -> bool:
    """Whether more than this share of the entries fit."""
    return sum(map(fits, document.entries)) > share * len(document.entries)


# In this order: a list of tools on Product Hunt is Product Hunt.
SIGNS: tuple[tuple[str, Callable[[str, Document], bool]], ...] = (
    ("producthunt", _is_product_hunt),
    ("hackernews", _is_hacker_news),
    ("releases", _is_releases),
    ("list", _is_list),
)

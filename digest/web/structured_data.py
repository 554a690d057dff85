"""What a page tells programs of itself: JSON-LD in the words of https://schema.org.

A tool's rating is its panel's and nothing else: every review is there with its reviewer, and the
average over them as an AggregateRating; a tool nobody reviewed has neither.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from digest.issues.syndication import comparison_url
from digest.issues.words import capitalised
from digest.model import Card, Comparison, Issue, Publication, Review

Data = dict[str, Any]
SCALE = {"bestRating": 100, "worstRating": 0}


def graph(*things: Data) -> Data:
    """Things as one JSON-LD document."""
    return {"@context": "https://schema.org", "@graph": list(things)}


def comparison_article(comparison: Comparison, publication: Publication) -> Data:
    url = comparison_url(publication, comparison.slug)
    return {
        "@type": "Article",
        "headline": comparison.title,
        "description": comparison.takeaway,
        "url": url,
        "mainEntityOfPage": url,
        "image": f"{url}/picture.png",
        "inLanguage": publication.language.tag,
        "datePublished": comparison.published_at.isoformat(),
        "dateModified": comparison.updated_at.isoformat(),
        "author": _organization(publication),
        "publisher": _organization(publication),
        "about": [application(card, publication) for card in (comparison.a, comparison.b)],
    }


def application(card: Card, publication: Publication) -> Data:
    """A tool with what its panel said."""
    url = tool_url(publication, card.slug)
    told = {"description": card.description or card.tagline, "applicationCategory": card.category}
    return {
        "@type": "SoftwareApplication",
        "@id": url,
        "name": card.name,
        "url": url,
        **{name: text for name, text in told.items() if text},
        **_ratings(card, publication),
    }


def item_list(addresses: Iterable[tuple[str, str]], publication: Publication) -> Data:
    """A list in its order: the path and the name of each."""
    return {
        "@type": "ItemList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "url": f"{publication.base_url}{path}",
                "name": name,
            }
            for position, (path, name) in enumerate(addresses, 1)
        ],
    }


def comparison_list(comparisons: Sequence[Comparison], publication: Publication) -> Data:
    return item_list(((f"/compare/{one.slug}", one.title) for one in comparisons), publication)


def issue_list(issues: Sequence[Issue], publication: Publication) -> Data:
    return item_list(((f"/issues/{one.id}", one.subject) for one in issues), publication)


def breadcrumbs(path: Sequence[tuple[str, str]], publication: Publication) -> Data:
    """The way to a page from the first one: paths and names, this page's own last."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": name,
                "item": f"{publication.base_url}{address}",
            }
            for position, (address, name) in enumerate(path, 1)
        ],
    }


def tool_url(publication: Publication, slug: str) -> str:
    return f"{publication.base_url}/tools/{slug}"


def _ratings(card: Card, publication: Publication) -> Data:
    if card.verdict is None:
        return {}
    return {
        "aggregateRating": {
            "@type": "AggregateRating",
            "ratingValue": card.verdict.average,
            "reviewCount": len(card.reviews),
            **SCALE,
        },
        "review": [_review(review, publication) for review in card.reviews],
    }


def _review(review: Review, publication: Publication) -> Data:
    return {
        "@type": "Review",
        "author": {"@type": "Person", "name": capitalised(review.reviewer)},
        "publisher": _organization(publication),
        "reviewRating": {"@type": "Rating", "ratingValue": review.score, **SCALE},
        **({"reviewBody": review.text} if review.text else {}),
    }


def _organization(publication: Publication) -> Data:
    return {"@type": "Organization", "name": publication.name, "url": publication.base_url}

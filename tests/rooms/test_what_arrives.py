"""What lies in the outbox is what was approved, but for one reader's own values."""

import email
import email.policy
from itertools import chain, combinations
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.delivery.outbox import Outbox
from digest.issues.rendering import render, templates
from digest.markers import Marker, chosen, topics
from digest.model import Comparison, Delivery, Issue, Publication
from digest.readers.addressing import Addressing, confirmed_on, marked
from digest.readers.links import Signing, Tokens
from tests.makers import SUNDAY, a_comparison, a_publication, a_tool, an_issue, the_mail_templates
from tests.newsroom import part

TEMPLATES = templates(the_mail_templates())
SIGNING = Signing(["a key that is long enough for a test of it"])
CONSENT = SUNDAY.replace(year=2019)  # a day that stands nowhere else
WORDS = st.text(max_size=40) | st.sampled_from(["__READER__", "__END__", "a=\r\n=20b", "é" * 80])


@settings(max_examples=40)
@given(
    categories=st.lists(st.sampled_from(["Writing", "Voice", "R&D, law", "Ünïcode_x"]), max_size=3),
    intro=WORDS,
    takeaway=WORDS,
    number=st.integers(1, 10**9),
)
def test_every_variant_arrives_as_it_was_approved(
    categories: list[str], intro: str, takeaway: str, number: int
) -> None:
    issue, publication = an_issue(intro=intro), a_publication()
    rendering = render(issue, _comparisons(categories, takeaway), publication, TEMPLATES)
    addressing = Addressing(issue, rendering, publication)
    tokens = SIGNING.tokens(number)
    on = sorted(topics(rendering.html))
    for wished in chain.from_iterable(combinations(on, count) for count in range(len(on) + 1)):
        assert _arrived(issue, addressing, publication, tokens, frozenset(wished)) == (
            rendering.subject,
            chosen(rendering.html, wished),
            chosen(rendering.text, wished),
        )


def _comparisons(categories: list[str], takeaway: str) -> list[Comparison]:
    return [
        a_comparison(
            a_tool(f"First{place}", category=category, tagline=takeaway),
            a_tool(f"Second{place}", category=category),
        )
        for place, category in enumerate(categories)
    ]


def _unmarked(text: str, tokens: Tokens, day: str) -> str:
    """A part with the markers where one reader's values stand."""
    for marker, value in {**marked(tokens), Marker.CONFIRMED_ON: day}.items():
        text = text.replace(value, marker)
    return text


def _arrived(
    issue: Issue,
    addressing: Addressing,
    publication: Publication,
    tokens: Tokens,
    wished: frozenset[str],
) -> tuple[str, str, str]:
    """Subject, HTML and text of the one message in an outbox, its reader's values taken out."""
    delivery = Delivery(
        id=7, issue=issue.id, subscriber=1, email="r@inbox.example", confirmed_at=CONSENT, attempt=1
    )
    with TemporaryDirectory() as folder:
        Outbox(Path(folder))([addressing.address(delivery, tokens, SUNDAY, wished)])
        [file] = (Path(folder) / "new").iterdir()
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    day = confirmed_on(publication, CONSENT.date())
    html, text = (_unmarked(part(message, kind), tokens, day) for kind in ("html", "plain"))
    return str(message["Subject"]), html, text

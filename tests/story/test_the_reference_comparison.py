"""The comparison it all began with: two language models that four reviewers ship alike.

Names, scores, calls and prices are those of a published comparison; the sentences are ours.
"""

from html.parser import HTMLParser

import pytest

from digest import archive, desk
from digest.jobs.draft import draft_single
from digest.model import EntryPrice, Rendering, Review, Tool, Votes
from digest.web.pages import Pages
from digest.wiring.site import site
from tests.makers import a_review, a_tool
from tests.newsroom import Newsroom

SCORES = {"builder": 85, "skeptic": 78, "futurist": 82, "founder": 72}


def reviewed(saying: str) -> tuple[Review, ...]:
    return tuple(
        a_review(name, score, text=f"{saying} Seen by the {name}.")
        for name, score in SCORES.items()
    )


SONNET = a_tool(
    "Claude 4 Sonnet",
    slug="claude-4-sonnet",
    tagline="A hosted model with a million tokens of context and tools it calls itself",
    description="Anthropic's hosted model. It reads up to a million tokens and chains tool calls.",
    category="Developer Tools",
    url="https://www.anthropic.com/",
    pricing="API usage-based pricing / Claude.ai Pro $20/mo / Team $25/mo per user",
    entry=EntryPrice.PAID,
    best_for="Work on long documents that calls tools on its own",
    reviews=reviewed("The long context replaced our retrieval step."),
    votes=Votes(),
)
SMOLVLM = a_tool(
    "SmolVLM2-2B",
    slug="smolvlm2-2b",
    tagline="Open vision-language model small enough for a phone",
    description="Hugging Face's model of two billion parameters for images and text on a device.",
    category="Developer Tools",
    url="https://huggingface.co/",
    pricing="Free / Open Source (Apache 2.0)",
    entry=EntryPrice.FREE,
    best_for="Reading images without a network",
    reviews=reviewed("It answered from the phone with the radio off."),
    votes=Votes(),
)
SLUG = "claude-4-sonnet-vs-smolvlm2-2b"


@pytest.fixture
def compared(newsroom: Newsroom) -> Newsroom:
    newsroom.holds_verdicts_on(SONNET, SMOLVLM)
    desk.compare_tools(newsroom.sessions, newsroom.clock, "claude-4-sonnet", "smolvlm2-2b")
    return newsroom


def elements(tool: Tool) -> list[str]:
    """What the reference shows of one tool."""
    reviews = [part for one in tool.reviews for part in (f"{one.score}/100 · {one.call}", one.text)]
    facts = [tool.name, tool.tagline, tool.description, tool.category, tool.pricing, tool.best_for]
    return [*facts, *reviews, tool.entry.value.capitalize() if tool.entry else ""]


SHARED = [
    "Decision table",
    "Panel verdict",
    "Ship · 4 ship / 0 skip",
    "Community",
    "No community votes yet",
    "Pricing",
    "Best for",
    "Category",
    "Reviewer scorecard",
    "Builder",
    "Skeptic",
    "Futurist",
    "Founder",
    "100%",
    "Panel ship",
    "Entry",
    "Weekly AI Tool Verdicts",
]


@pytest.mark.parametrize("tool", [SONNET, SMOLVLM], ids=lambda tool: tool.slug)
def test_the_page_shows_every_element(compared: Newsroom, tool: Tool) -> None:
    page = words_of(page_of(compared))
    assert [said for said in [*SHARED, *elements(tool), "Bookmarks"] if said not in page] == []


@pytest.mark.parametrize("tool", [SONNET, SMOLVLM], ids=lambda tool: tool.slug)
def test_the_mail_shows_every_element_in_both_parts(compared: Newsroom, tool: Tool) -> None:
    rendering = drafted(compared)
    wanted = [said for said in [*SHARED, *elements(tool)] if said]
    assert [said for said in wanted if said not in words_of(rendering.html)] == []
    text = " ".join(rendering.text.split()).casefold()
    assert [said for said in elements(tool) if said.casefold() not in text] == []


def drafted(newsroom: Newsroom) -> Rendering:
    parts = newsroom.parts
    composed = draft_single(
        newsroom.sessions,
        newsroom.clock,
        parts.templates,
        parts.publication,
        zone=parts.settings.timezone,
        slug=SLUG,
    )
    assert composed.issue.rendering
    return composed.issue.rendering


def page_of(newsroom: Newsroom) -> str:
    comparison = archive.comparison(newsroom.sessions, SLUG)
    return Pages(site(newsroom.parts)).text("compare.html", c=comparison)


class Words(HTMLParser):
    """The words of a page as a reader sees them, runs of white space folded."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def words_of(html: str) -> str:
    words = Words()
    words.feed(html)
    return " ".join("".join(words.said).split())

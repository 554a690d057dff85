"""Values for tests: every field has a default, so a test names only what its story mentions."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from digest.model import (
    Call,
    Comparison,
    Consent,
    Entry,
    EntryPrice,
    Issue,
    IssueKind,
    IssueState,
    Launch,
    Pair,
    Publication,
    Review,
    Subscriber,
    SubscriberState,
    Tool,
    Votes,
    Why,
)
from digest.pairing.comparing import compare

SUNDAY = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PANEL = ("builder", "skeptic", "futurist", "founder")


def a_review(reviewer: str = "builder", score: int = 80, **fields: Any) -> Review:
    usual: dict[str, Any] = {
        "reviewer": reviewer,
        "score": score,
        "call": Call.SHIP if score >= 60 else Call.SKIP,
        "text": f"The {reviewer} ran it for a week. It did what its page says, and little else.",
    }
    return Review(**(usual | fields))


def a_panel(*scores: int) -> tuple[Review, ...]:
    """Reviews of the standard panel, one per score."""
    return tuple(a_review(reviewer, score) for reviewer, score in zip(PANEL, scores, strict=False))


def a_tool(name: str = "Plainwright", **fields: Any) -> Tool:
    """A tool that all four reviewers ship."""
    slug = "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
    usual: dict[str, Any] = {
        "name": name,
        "slug": slug or "tool",
        "tagline": "Drafts release notes from merged changes",
        "description": f"{name} reads merged changes and drafts release notes for review.",
        "category": "Writing",
        "url": f"https://{slug}.example/",
        "pricing": "$9 per seat a month",
        "entry": EntryPrice.PAID,
        "best_for": "Teams that release weekly",
        "reviews": a_panel(85, 78, 82, 72),
        "votes": Votes(12, 3),
    }
    return Tool(**(usual | fields))


def an_unreviewed_tool(name: str = "Newcomer", **fields: Any) -> Tool:
    """A tool as a launch makes it: no reviews, no votes, no price."""
    bare = {"reviews": (), "votes": Votes(), "pricing": "", "entry": None, "best_for": ""}
    return a_tool(name, **(bare | fields))


def a_pair(challenger: Tool | None = None, incumbent: Tool | None = None, **fields: Any) -> Pair:
    a, b = challenger or a_tool("Plainwright"), incumbent or a_tool("Notekeel")
    usual: dict[str, Any] = {
        "slug": f"{a.slug}-vs-{b.slug}",
        "challenger": a,
        "incumbent": b,
        "why": Why(sentence="Both draft release notes from merged changes.", score=1.0),
        "published_at": SUNDAY,
        "updated_at": SUNDAY,
    }
    return Pair(**(usual | fields))


def a_comparison(
    challenger: Tool | None = None, incumbent: Tool | None = None, **fields: Any
) -> Comparison:
    return compare(a_pair(challenger, incumbent, **fields))


def an_entry(title: str = "Plainwright", **fields: Any) -> Entry:
    usual = {"guid": f"id:{title}", "link": "https://plain.example/", "title": title}
    return Entry(**(usual | fields))


def a_launch(name: str = "Plainwright", **fields: Any) -> Launch:
    usual = {"name": name, "tagline": "Drafts release notes", "url": "https://plain.example/"}
    return Launch(**(usual | fields))


def a_subscriber(email: str = "reader@inbox.example", **fields: Any) -> Subscriber:
    usual: dict[str, Any] = {
        "email": email,
        "state": SubscriberState.ACTIVE,
        "confirmed_at": SUNDAY,
    }
    return Subscriber(**(usual | fields))


def a_consent(act: str = "sign-up", **fields: Any) -> Consent:
    usual: dict[str, Any] = {"act": act, "source": "form", "at": SUNDAY}
    return Consent(**(usual | fields))


def a_publication(**fields: Any) -> Publication:
    usual: dict[str, Any] = {
        "name": "Ship or Skip",
        "list_name": "Weekly AI Tool Verdicts",
        "base_url": "https://shiporskip.example",
        "postal_address": "Ship or Skip, 1 Example Street, Springfield, EX 00000",
        "sender": "Ship or Skip <verdicts@mail.shiporskip.example>",
        "list_id": "weekly.shiporskip.example",
    }
    return Publication(**(usual | fields))


def an_issue(**fields: Any) -> Issue:
    usual: dict[str, Any] = {
        "id": "2026-W47",
        "kind": IssueKind.DIGEST,
        "state": IssueState.DRAFT,
        "subject": "Plainwright or Notekeel? The week in verdicts",
        "preheader": "One head-to-head this week, and both sides clear the panel.",
        "headline": "Plainwright or Notekeel?",
        "intro": "One head-to-head this week.",
        "dated": SUNDAY.date(),
    }
    return Issue(**(usual | fields))


TEMPLATES = Path(__file__).parents[1] / "templates"


def the_mail_templates() -> dict[str, str]:
    """The sources of the mails and their tokens, by path below `templates/`."""
    files = (TEMPLATES / "tokens.json", *(TEMPLATES / "email").rglob("*.*"))
    return {file.relative_to(TEMPLATES).as_posix(): file.read_text("utf-8") for file in files}

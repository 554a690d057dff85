"""Every mail of ours, in every language of ours, as a reader receives it.

The names are those of the folders under `templates/email`; what a letter says besides is the
table `LETTERS`. `WORST` are issues at the limits of what a mail must bear.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from digest.issues.rendering import (
    letter_source,
    mjml_source,
    render,
    render_letter,
    templates,
)
from digest.language import Language, language
from digest.markers import Marker
from digest.model import (
    Comparison,
    Delivery,
    Feed,
    Issue,
    IssueKind,
    Item,
    Publication,
    Rendering,
    Votes,
)
from digest.pairing.comparing import compare
from digest.readers.addressing import Addressing, confirmed_on, filled, letter, marked
from digest.readers.links import Tokens
from tests.makers import (
    PANEL,
    SUNDAY,
    TEMPLATES,
    a_pair,
    a_panel,
    a_publication,
    a_review,
    a_tool,
    an_issue,
    an_unreviewed_tool,
    the_mail_templates,
)

LANGUAGES = ("en", "de", "ar")  # ours, one with a catalogue, one from right to left
NAMES = sorted(path.name for path in (TEMPLATES / "email").iterdir() if path.is_dir())
READER = "reader@inbox.example"
TOKEN = "25.abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
TOKENS = Tokens(TOKEN, f"25.{'c' * 43}", f"25.{'v' * 43}")


class Mail(NamedTuple):
    """What one reader receives: the parts, the MJML the HTML is made of, and the wire's bytes."""

    name: str
    language: str
    rendering: Rendering
    mjml: str
    data: bytes

    @property
    def html(self) -> str:
        return self.rendering.html


@cache
def sources() -> Mapping[str, str]:
    """The templates of the mails and the catalogues, by path below `templates/`."""
    catalogues = TEMPLATES.glob("locale/*.po")
    told = {file.relative_to(TEMPLATES).as_posix(): file.read_text("utf-8") for file in catalogues}
    return {**the_mail_templates(), **told}


@cache
def every(tag: str) -> tuple[Mail, ...]:
    """All mails of ours in a language."""
    return tuple(mail(name, tag) for name in NAMES)


@cache
def mail(name: str, tag: str = "en") -> Mail:
    if name in LETTERS:
        return _letter(name, tag)
    if name in {kind.value for kind in IssueKind}:
        spoken = language(tag, sources())
        return _issue(name, _unwritten(IssueKind(name)), _the_week(name, spoken), tag)
    raise LookupError(f"templates/email/{name} needs its values in LETTERS of {__file__}")


@cache
def worst(name: str, tag: str = "en") -> Mail:
    spoken = language(tag, sources())
    comparisons = WORST[name](spoken)
    kind = IssueKind.DIGEST if len(comparisons) > 1 else IssueKind.COMPARISON
    return _issue(name, _unwritten(kind), comparisons, tag)


def by_name(mails: tuple[Mail, ...]) -> dict[str, str]:
    """The HTML of each, for a judge that takes all at once."""
    return {mail.name: mail.html for mail in mails}


def sent(rendering: Rendering) -> bytes:
    """A rendering without markers on the wire, as a letter to our reader."""
    return letter(rendering, a_publication(), to=READER, message_id="one.7.abc", dated=SUNDAY)


# --- making --------------------------------------------------------------------------------


def _publication(tag: str) -> Publication:
    return a_publication(
        language=language(tag, sources()), unsubscribe_mailto="leave@mail.shiporskip.example"
    )


def _unwritten(kind: IssueKind) -> Issue:
    """An issue whose words are the templates' own, in its publication's language."""
    return an_issue(kind=kind, subject="", preheader="", headline="", intro="")


def _issue(name: str, issue: Issue, comparisons: tuple[Comparison, ...], tag: str) -> Mail:
    publication, built = _publication(tag), templates(sources())
    rendering = render(issue, comparisons, publication, built)
    delivery = Delivery(
        id=7, issue=issue.id, subscriber=25, email=READER, confirmed_at=SUNDAY, attempt=1
    )
    addressed = Addressing(issue, rendering, publication).address(delivery, TOKENS, SUNDAY)
    source = mjml_source(issue, comparisons, publication, built)
    return Mail(
        name, tag, _received(rendering, publication), _mine(source, publication), addressed.data
    )


def _received(rendering: Rendering, publication: Publication) -> Rendering:
    return Rendering(
        subject=rendering.subject,
        preheader=rendering.preheader,
        html=_mine(rendering.html, publication),
        text=_mine(rendering.text, publication),
    )


def _mine(text: str, publication: Publication) -> str:
    """As a reader without topics has it."""
    day = confirmed_on(publication, SUNDAY.date())
    return filled(text, marked(TOKENS) | {Marker.CONFIRMED_ON: day})


def _letter(name: str, tag: str) -> Mail:
    publication, built = _publication(tag), templates(sources())
    values = LETTERS[name](publication)
    rendering = render_letter(name, values, publication, built)
    source = letter_source(name, values, publication, built)
    data = letter(rendering, publication, to=READER, message_id=f"{name}.7.abc", dated=SUNDAY)
    return Mail(name, tag, rendering, source, data)


# --- what they say -------------------------------------------------------------------------


def _handed_in(publication: Publication) -> Issue:
    items = (Item(comparison="plainwright-vs-notekeel"), Item(comparison="sortwell-vs-inboxly"))
    rendering = Rendering(subject="-", preheader="-", html="-", text="-")
    return an_issue(submitted_by="desk@shiporskip.example", items=items, rendering=rendering)


FEEDS = (
    Feed(
        id=1,
        kind="rss",
        url="https://plain.example/feed.xml",
        title="Plainwright",
        failure="not found (404)",
    ),
    Feed(id=2, kind="rss", url="https://keelwright.example/new.atom", failure="no answer"),
)
Letter = Callable[[Publication], Mapping[str, object]]
LETTERS: Mapping[str, Letter] = {
    "already-subscribed": lambda publication: {
        "unsubscribe_url": f"{publication.base_url}/unsubscribe/{TOKENS.leave}",
        "preferences_url": f"{publication.base_url}/preferences/{TOKENS.choose}",
    },
    "approval-needed": lambda publication: {
        "issue": _handed_in(publication),
        "readers": 12_345,
        "warnings": ("The subject is longer than most inboxes show.",),
        "review_url": f"{publication.base_url}/editor/issues/2026-W47",
    },
    "change-address": lambda publication: {
        "link_url": f"{publication.base_url}/preferences/address/{TOKEN}"
    },
    "confirm": lambda publication: {"confirm_url": f"{publication.base_url}/confirm/{TOKEN}"},
    "deadline": lambda publication: {
        "issue": _handed_in(publication),
        "hours": 24,
        "review_url": f"{publication.base_url}/editor/issues/2026-W47",
    },
    "erase": lambda publication: {"link_url": f"{publication.base_url}/preferences/erase/{TOKEN}"},
    "feed-in-trouble": lambda publication: {"feeds": FEEDS},
    "goodbye": lambda publication: {},
    "issue-held": lambda publication: {
        "issue": _handed_in(publication),
        "reasons": ("Nobody has approved it.", "It holds fewer comparisons than the minimum."),
        "review_url": f"{publication.base_url}/editor/issues/2026-W47",
    },
    "issue-paused": lambda publication: {
        "issue": _handed_in(publication),
        "reason": "AccountSuspendedException: the account's ability to send is suspended",
        "sent": 1204,
        "waiting": 11_141,
        "review_url": f"{publication.base_url}/editor/issues/2026-W47",
    },
    "sent-back": lambda publication: {
        "issue": _handed_in(publication),
        "editor": "publisher@shiporskip.example",
        "reason": "The lead was in the issue before last. Take the second one instead.",
        "review_url": f"{publication.base_url}/editor/issues/2026-W47",
    },
    "sign-ups-in-trouble": lambda publication: {"asked": 200, "confirmed": 13},
    "sign-in": lambda publication: {"sign_in_url": f"{publication.base_url}/editor/in/{TOKEN}"},
    "your-data": lambda publication: {
        "link_url": f"{publication.base_url}/preferences/data/{TOKEN}"
    },
}


def _the_week(name: str, spoken: Language) -> tuple[Comparison, ...]:
    """A single comparison, or three of which no two end alike."""
    shipped = compare(a_pair(), spoken)
    if name == IssueKind.COMPARISON:
        return (shipped,)
    skipped = a_tool("Sortwell", category="Inbox", reviews=a_panel(31, 44, 52, 20), votes=Votes())
    split = a_tool("Inboxly", category="Inbox", reviews=a_panel(71, 44, 64, 20))
    fresh = an_unreviewed_tool("Brightdraft", category="Design & pictures")
    return shipped, compare(a_pair(skipped, split), spoken), compare(a_pair(fresh), spoken)


LONG = "Extraordinarily Thorough Releasenotesandchangelogcompositionmachine " * 5
HOSTILE = "</td></table><script>alert(1)</script>{{ 7 * 7 }} \"' <b> & __END__"
EMOJI = "🚀 Zap 👩‍💻 ﷽ Ünïcødé"
SEVEN = (*PANEL, "librarian", "accountant", "a reviewer of an uncommonly long name")


def _seven() -> Comparison:
    panel = tuple(a_review(reviewer, 95 - 15 * n) for n, reviewer in enumerate(SEVEN))
    return compare(a_pair(a_tool("Manyread", reviews=panel), a_tool(reviews=panel[::-1])))


def _named(name: str) -> Callable[[Language], tuple[Comparison, ...]]:
    """A comparison that says one thing wherever it can say anything."""

    def comparison(spoken: Language) -> tuple[Comparison, ...]:
        says = {"tagline": name, "description": name, "category": name, "best_for": name}
        told = {"pricing": name, "reviews": tuple(a_review(who, 70, text=name) for who in PANEL)}
        sides = [a_tool(name[:300], slug=slug, **says, **told) for slug in ("one", "other")]
        return (compare(a_pair(*sides), spoken),)

    return comparison


def _eight(spoken: Language) -> tuple[Comparison, ...]:
    names = [f"Number {n} Assistant" for n in range(16)]
    pairs = zip(names[::2], names[1::2], strict=True)
    return tuple(compare(a_pair(a_tool(a), a_tool(b)), spoken) for a, b in pairs)


WORST: Mapping[str, Callable[[Language], tuple[Comparison, ...]]] = {
    "eight-comparisons": _eight,
    "names-of-300-characters": _named(LONG),
    "seven-reviewers": lambda spoken: (_seven(),),
    "nobody-reviewed-either": lambda spoken: (
        compare(a_pair(an_unreviewed_tool("Newcomer"), an_unreviewed_tool("Latecomer")), spoken),
    ),
    "emoji": _named(EMOJI),
    "hostile-markup": _named(HOSTILE),
}

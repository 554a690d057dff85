"""What is left of a product's name once spelling, vendor and decoration are taken away."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

# The lists come from reading public tool lists and release announcements: words that two lists
# write differently for one product (VENDORS, GENERIC), and words that tell siblings apart
# (VARIANTS, STAGES). A word missing here costs a merge, which an alias repairs; it never makes one.
# fmt: off
VENDORS = frozenset({
    "adobe", "alibaba", "amazon", "anthropic", "apache", "apple", "aws", "baidu", "bytedance",
    "cohere", "databricks", "deepmind", "facebook", "google", "ibm", "intel", "meta",
    "microsoft", "nvidia", "openai", "oracle", "salesforce", "snowflake", "tencent", "xai",
})
GENERIC = frozenset({
    "ai", "app", "apps", "hq", "inc", "lab", "labs", "llm", "llms", "ltd", "official", "the",
})
VARIANTS = frozenset({
    "agent", "agents", "air", "android", "api", "base", "chat", "cli", "cloud", "code",
    "coder", "core", "desktop", "developer", "edge", "embed", "embedding", "enterprise",
    "express", "extension", "fast", "flash", "free", "haiku", "instant", "instruct", "ios",
    "large", "lite", "max", "medium", "micro", "mini", "mobile", "nano", "next", "opus",
    "plus", "premium", "preview", "pro", "reasoning", "sdk", "server", "small", "sonnet",
    "studio", "teams", "thinking", "turbo", "ultra", "vision", "voice", "web", "xl",
})
STAGES = frozenset({
    "alpha", "beta", "prealpha", "rc",
})
# fmt: on

# Products older than the present models, whose "AI" is a part sold under a name of its own.
# Elsewhere "AI" after a name is decoration.
# fmt: off
SUITES = frozenset({
    "airtable", "asana", "box", "canva", "clickup", "coda", "confluence", "dropbox",
    "evernote", "figma", "grammarly", "hubspot", "intercom", "jira", "linear", "loom", "miro",
    "monday", "notion", "pipedrive", "semrush", "shopify", "slack", "squarespace", "todoist",
    "trello", "webflow", "wix", "wordpress", "zapier", "zendesk", "zoho", "zoom",
})
# fmt: on

_TAGLINE = re.compile(r"\s+[–—|-]\s.*|:\s.*", re.DOTALL)
_MAKER = re.compile(r"(?<=\S)\s+by\s+(\S.*)$", re.IGNORECASE | re.DOTALL)
_PARENTHESES = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_EDITION = re.compile(r"\b(?:community|open[- ]source)\s+edition\b", re.IGNORECASE)
_DOMAIN = re.compile(r"(?<=\w)\.(?:ai|app|co|com|dev|io|net|org|so|tech|xyz)\b", re.IGNORECASE)
_RELEASE = re.compile(
    r"(?<![^\W_])(?<!\d\.)v?(\d+(?:\.\d+)*)(?:[ -]?(a(?=\d)|b(?=\d)|rc|alpha|beta)\.?(\d*))?$",
    re.IGNORECASE,
)
_STAGE = re.compile(r"\b(prealpha|pre-alpha|alpha|beta|rc)[ .-]?(\d*)$", re.IGNORECASE)
_PART = re.compile(r"\d+(?:\.\d+)*|[^\W\d_]+")
_VERSION_SIGN = re.compile(r"(?<![^\W\d_])v(?=\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Key:
    """A name reduced to what identifies.

    `base` is the words run together, so that "Face Swapper" is "FaceSwapper".
    `discriminators` are sorted, each as often as it stands in the name; `release` is those of
    them that only count releases ("2.0", "beta"). `vendors` stand apart: two different ones
    part a name, one alone does not.
    """

    base: str
    discriminators: tuple[str, ...] = ()
    release: tuple[str, ...] = ()
    vendors: frozenset[str] = frozenset()

    @property
    def without_release(self) -> tuple[str, ...]:
        rest = Counter(self.discriminators) - Counter(self.release)
        return tuple(sorted(rest.elements()))


@lru_cache(maxsize=65_536)  # every tool's name is asked for with every launch
def canonical(name: str) -> Key:
    """The key of a name as any list, feed or announcement may spell it."""
    text, aside = _undecorated(" ".join(unicodedata.normalize("NFKC", name).split()))
    body, release = _split_release(text)
    parts = [_plain_number(part) for part in _parts(body)]
    telling = [part for part in parts if _discriminates(part)]
    words = [part for part in parts if not _discriminates(part)]
    if not words:  # a name made of such words alone ("Flash", "1984") is its own base
        telling, words, release = [], [*parts, *release], ()
    aside_telling = [_plain_number(part) for part in _parts(aside) if _discriminates(part)]
    return Key(
        base="".join(_essential(words)),
        discriminators=tuple(sorted([*telling, *release, *aside_telling])),
        release=release,
        vendors=frozenset(words) & VENDORS,
    )


def _undecorated(name: str) -> tuple[str, str]:
    """A name without tagline, maker, edition and domain; and what stood aside from it.

    A variant in parentheses or after "by" is not lost: forgetting it could merge siblings.
    """
    head = _TAGLINE.sub("", name) or name
    aside = " ".join(_PARENTHESES.findall(head))
    head = _PARENTHESES.sub(" ", head).strip() or head
    if maker := _MAKER.search(head):
        head, aside = head[: maker.start()], f"{aside} {maker[1]}"
    head = _EDITION.sub(" ", head).strip() or head
    return _DOMAIN.sub("", head).strip(), aside


def _split_release(text: str) -> tuple[str, tuple[str, ...]]:
    """What stands before a trailing release ("2.0", "v6", "1.0a35", "beta 2"), and its parts."""
    found = _RELEASE.search(text) or _STAGE.search(text)
    if not found:
        return text, ()
    parts = (_plain_number(part.lower()) for part in found.groups() if part)
    return text[: found.start()], tuple(sorted(parts))


def _parts(text: str) -> list[str]:
    return _PART.findall(_VERSION_SIGN.sub("", text).casefold())


def _plain_number(part: str) -> str:
    """ "2.0" is "2"; a word stays as it is."""
    return re.sub(r"(?:\.0+)+$", "", part) if part[0].isdigit() else part


def _discriminates(part: str) -> bool:
    return part[0].isdigit() or part in VARIANTS or part in STAGES


def _essential(words: list[str]) -> list[str]:
    """The words without vendors and decoration, as far as something is left."""
    without_vendor = [word for word in words if word not in VENDORS] or words
    if SUITES.intersection(without_vendor[:1]):
        return without_vendor
    essential = [word for word in without_vendor if word not in GENERIC]
    return essential or without_vendor

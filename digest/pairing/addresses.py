"""What a tool's address says: whether two are one page, and who stands behind it."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_plus, urlsplit

from w3lib.url import canonicalize_url

# fmt: off
# What mailers, ad networks and link counters hang onto an address, in lower case.
TRACKERS = frozenset({
    "__hsfp", "__hssc", "__hstc", "__readwiselocation", "__s", "_bhlid", "_branch_match_id",
    "_branch_referrer", "_ga", "_gl", "_hsenc", "_hsmi", "_kx", "_openstat",
    "campaign_content", "campaign_medium", "campaign_name", "campaign_source", "campaign_term",
    "dclid", "fb_action_ids", "fb_action_types", "fb_comment_id", "fb_ref", "fb_source",
    "fbclid", "gad_source", "gbraid", "gclid", "gclsrc", "hsctatracking", "igsh", "igshid",
    "li_fat_id", "mc_cid", "mc_eid", "mc_tc", "mkt_tok", "ml_subscriber", "ml_subscriber_hash",
    "msclkid", "oly_anon_id", "oly_enc_id", "rb_clickid", "rdt_cid", "ref_src", "ref_url",
    "s_cid", "sc_cid", "srsltid", "ttclid", "twclid", "vero_conv", "vero_id", "wbraid",
    "wickedid", "xtor", "yclid", "ysclid",
})
TRACKER_FAMILIES = ("utm_", "mtm_", "pk_", "hsa_", "hmb_", "itm_")
# These may say where a visitor came from, or be a page's own: a branch, a language, a file.
REFERRALS = frozenset({"ref", "referer", "referrer", "via"})
SOURCES = REFERRALS | {"source"}
# Whom such a parameter names when it tells where a visitor came from, without signs and spaces.
AGGREGATORS = frozenset({
    "aitools", "alternativeto", "appsumo", "beehiiv", "bensbites", "betalist", "betapage",
    "bluesky", "devhunt", "discord", "email", "facebook", "fazier", "fb", "feed", "feedly",
    "futurepedia", "futuretools", "hackernews", "hackernewsletter", "hn", "ig", "indiehackers",
    "instagram", "launchinglist", "launchyourapp", "linkedin", "lobsters", "mailchimp",
    "mastodon", "medium", "microlaunch", "newsletter", "newsycombinator", "openhunts",
    "peerlist", "ph", "pocket", "producthunt", "reddit", "rss", "saashub", "showhn", "sidebar",
    "substack", "superhuman", "taaft", "tco", "telegram", "theresanaiforthat", "therundown",
    "therundownai", "threads", "tiktok", "tinylaunch", "tldr", "tldrai", "tldrnewsletter",
    "toolify", "topai", "turbo0", "twitter", "uneed", "weeklynewsletter", "whatsapp", "x",
    "ycombinator", "youtube",
})
# fmt: on
# A name that leaves no doubt may have company: "producthunt-badge", "newsletter_42".
_AGGREGATOR_WITHIN = re.compile(r"product[-_ ]?hunt|hacker[-_ ]?news|newsletter|betalist")
_SITE = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}/?")

# Pages that do nothing but send on to the address in one of their parameters.
WRAPPERS = tuple(
    (re.compile(page), names)
    for page, names in (
        (r"google\.(?:com|(?:com?\.)?[a-z]{2})/url", ("q", "url")),
        (r"(?:l|lm)\.facebook\.com/l\.php", ("u",)),
        (r"l\.instagram\.com", ("u",)),
        (r"out\.reddit\.com(?:/\w+)?", ("url",)),
        (r"linkedin\.com/(?:redir/redirect|safety/go)", ("url",)),
        (r"youtube\.com/redirect", ("q",)),
        (r"duckduckgo\.com/l", ("uddg",)),
        (r"vk\.com/away\.php", ("to",)),
        (r"t\.umblr\.com/redirect", ("z",)),
        (r"slack-redir\.net/link", ("url",)),
        (r"link\.zhihu\.com", ("target",)),
        (r"steamcommunity\.com/linkfilter", ("u", "url")),
        (r"[\w.-]+\.safelinks\.protection\.outlook\.com", ("url",)),
    )
)

# fmt: off
# Hosts where a path, not the host, says whose page it is: the owner is the first segment.
CODE_HOSTS = frozenset({
    "bitbucket.org", "codeberg.org", "github.com", "gitlab.com", "huggingface.co", "npmjs.com",
    "pypi.org", "replicate.com", "sourceforge.net",
})
# Hosts that lend an address to everybody: nothing on them says who made a tool.
PUBLIC_HOSTS = frozenset({
    "apple.com", "arxiv.org", "chrome.google.com", "chromewebstore.google.com", "discord.com",
    "discord.gg", "docs.google.com", "facebook.com", "indiehackers.com", "instagram.com",
    "linkedin.com", "medium.com", "notion.site", "play.google.com", "producthunt.com",
    "reddit.com", "substack.com", "t.me", "twitter.com", "x.com", "ycombinator.com",
    "youtube.com",
})
# Suffixes under which anybody may hold a name, as the public suffix list has them; those that
# tools are published under, and the commonest national second levels.
SHARED_SUFFIXES = frozenset({
    "ac.uk", "appspot.com", "azurewebsites.net", "co.il", "co.in", "co.jp", "co.kr", "co.nz",
    "co.uk", "co.za", "com.ar", "com.au", "com.br", "com.cn", "com.hk", "com.mx", "com.sg",
    "com.tr", "com.tw", "com.ua", "fly.dev", "github.io", "gitlab.io", "gradio.live",
    "herokuapp.com", "hf.space", "lovable.app", "netlify.app", "notion.site", "onrender.com",
    "org.uk", "pages.dev", "readthedocs.io", "replit.app", "streamlit.app", "surge.sh",
    "vercel.app", "web.app", "workers.dev", "webflow.io",
})
# fmt: on

LONGEST = 2_000  # characters; an index of PostgreSQL holds 2,704 bytes

# No browser reads these: around an address, and anywhere in it.
_AROUND = "".join(sign for sign in map(chr, range(0x3001)) if sign <= " " or sign.isspace())
_WITHIN = str.maketrans("", "", "\t\n\r")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"(?:[a-z0-9_-]+\.)*[a-z0-9_-]+|\[[0-9a-f:.]+\]")
_WWW = re.compile(r"^(?:www\.)+")
_FRONTS = frozenset({"index.html", "index.htm", "index.php"})


class Page(NamedTuple):
    """Host, steps of the path, and query, without the differences that never matter."""

    host: str
    steps: tuple[str, ...]
    query: str

    @property
    def place(self) -> str:
        return "/".join((self.host, *self.steps))


@lru_cache(maxsize=65_536)  # every tool's address is asked for with every launch
def canonical_url(url: str) -> str:
    """One spelling for the addresses of one page, in ASCII; "" for what is no http(s) address, or
    too long to be looked up."""
    page = _page(without_trackers(url))
    if page is None:
        return ""
    if page.host in CODE_HOSTS:
        page = page._replace(steps=_repository(page.steps))
    spelling = page.place + (f"?{page.query}" if page.query else "")
    return spelling if len(spelling) <= LONGEST else ""


def without_trackers(url: str) -> str:
    """The address to show to readers: the page itself where a redirect is wrapped around it, no
    tracking parameters, and all else as it was written; "" for what is no http(s) address.
    """
    url = _unwrapped(_bare(url))
    page = _page(url)
    if page is None:
        return ""
    before, hash_, fragment = url.partition("#")
    base, mark, query = before.partition("?")
    return base + _untracked(mark, query, page) + _untracked(hash_, fragment, page)


def owner(url: str) -> str:
    """Who stands behind an address: its registrable domain, or the account on a code host.

    "" where the address does not say.
    """
    page = _page(url)
    if page is None:
        return ""
    if page.host in CODE_HOSTS:
        return f"{page.host}/{page.steps[0].lower()}" if page.steps else ""
    domain = _registrable(page.host)
    return "" if {page.host, domain} & PUBLIC_HOSTS else domain


def _bare(url: str) -> str:
    return url.strip(_AROUND).translate(_WITHIN)


def _page(url: str) -> Page | None:
    """The page at an address, None for what is no http(s) address."""
    url = _bare(url)
    # Read a second time, w3lib would take a mended "%" and a bare ";" for something else.
    mended = _STRAY_PERCENT.sub("%25", url.replace(";", "%3B"))
    try:
        if "\\" in urlsplit(url).netloc:
            return None  # browsers end the host there, others do not: it leads to two places
        parts = urlsplit(canonicalize_url(mended))
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:  # "http://[" and its like, which feeds do hold
        return None
    host = _WWW.sub("", f"[{host}]" if ":" in host else host)
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return None
    place = host if port in (None, 80, 443) else f"{host}:{port}"
    return Page(place, _to_the_front(filter(None, parts.path.split("/"))), parts.query)


def _to_the_front(steps: Iterable[str]) -> tuple[str, ...]:
    """The steps without the file that a server shows for the folder alone."""
    kept = list(steps)
    while kept and kept[-1] in _FRONTS:
        kept.pop()
    return tuple(kept)


def _repository(steps: tuple[str, ...]) -> tuple[str, ...]:
    """The steps to a repository or package, whichever of its pages was named."""
    known = [step.lower() for step in steps]
    is_below = known[:1] in (["spaces"], ["datasets"]) or "".join(known[1:2]).startswith("@")
    *above, last = _to_the_front(known[: 3 if is_below else 2]) or ("",)
    bare = last.removesuffix(".git")
    is_name = bare.strip(".") and bare not in _FRONTS and not bare.endswith(".git")
    return (*above, bare if is_name else last) if last else ()


# --- redirects and trackers ----------------------------------------------------------------


def _unwrapped(url: str) -> str:
    """The address a redirect leads to. One within another is left: nobody writes it honestly."""
    target = _target(url)
    return target if target and not _target(target) else url


def _target(url: str) -> str:
    """The one address that a wrapper names; "" where there is no wrapper, or none, or several."""
    page = _page(url)
    if page is None:
        return ""
    names = next((names for wrapper, names in WRAPPERS if wrapper.fullmatch(page.place)), ())
    told = (_told(piece) for piece in page.query.split("&"))
    targets = {_bare(value) for name, value in told if name in names and _page(value)}
    return targets.pop() if len(targets) == 1 else ""


def _untracked(mark: str, query: str, page: Page) -> str:
    """The query behind its mark; "" where there were but trackers."""
    kept = "&".join(piece for piece in query.split("&") if not _tracks(*_told(piece), page))
    return mark + kept if kept or not query else ""


def _told(piece: str) -> tuple[str, str]:
    """Name and value of a parameter, also where a feed escaped the "&" before it once too often."""
    name, _, value = piece.partition("=")
    return unquote_plus(name).removeprefix("amp;").lower(), unquote_plus(value)


def _tracks(name: str, value: str, page: Page) -> bool:
    """Whether a parameter says how a reader came to a page, not which page it is."""
    if name in TRACKERS or name.startswith(TRACKER_FAMILIES):
        return True
    if name == "app_id":  # which client of its API Product Hunt hears from
        return page.host == "producthunt.com"
    if name in REFERRALS and (not page.steps or _SITE.fullmatch(value.lower())):
        return True  # a front page is the same for all; Ghost names the site it links from
    return name in SOURCES and _names_an_aggregator(value.lower())


def _names_an_aggregator(value: str) -> bool:
    host = value.removeprefix("https://").removeprefix("http://").removeprefix("www.")
    spoken = {re.sub(r"[\W_]+", "", text) for text in (host, host.rpartition(".")[0])}
    return bool(spoken & AGGREGATORS or _AGGREGATOR_WITHIN.search(value))


def _registrable(host: str) -> str:
    labels = host.split(".")
    if host.replace(".", "").isdigit() or len(labels) < 2:
        return host
    return ".".join(labels[-3 if ".".join(labels[-2:]) in SHARED_SUFFIXES else -2 :])

"""What a tool's address says: whether two are one page, and who stands behind it."""

import re
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

_TRACKING = re.compile(r"^(?:utm_|mtm_|pk_|hsa_)|^(?:fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|ref|"
                       r"ref_src|referrer|source|igshid|via|app_id)$", re.IGNORECASE)  # fmt: skip

# Hosts where a path, not the host, says whose page it is: the owner is the first segment.
# fmt: off
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


def canonical_url(url: str) -> str:
    """One spelling for the addresses of one page; "" for what is no http(s) address."""
    split = _split(url)
    if split is None:
        return ""
    host, path, query = split
    if host in CODE_HOSTS:
        path = "/".join(path.lower().removesuffix(".git").split("/")[:3])
    kept = urlencode(sorted(pair for pair in parse_qsl(query) if not _TRACKING.search(pair[0])))
    return f"{host}{path}" + (f"?{kept}" if kept else "")


def owner(url: str) -> str:
    """Who stands behind an address: its registrable domain, or the account on a code host.

    "" where the address does not say.
    """
    split = _split(url)
    if split is None:
        return ""
    host, path, _ = split
    account = path.lower().split("/")[1] if path else ""
    if host in CODE_HOSTS:
        return f"{host}/{account}" if account else ""
    domain = _registrable(host)
    return "" if {host, domain} & PUBLIC_HOSTS else domain


def _split(url: str) -> tuple[str, str, str] | None:
    """Host, path and query without the differences that never matter."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").removeprefix("www.").rstrip("."), parts.port
    except ValueError:  # "http://[" and its like, which feeds do hold
        return None
    if parts.scheme.lower() not in ("http", "https") or not host:
        return None
    place = host if port in (None, 80, 443) else f"{host}:{port}"
    path = re.sub(r"/+", "/", unquote(parts.path)).rstrip("/")
    return place, re.sub(r"/index\.(?:html?|php)$", "", path), parts.query


def _registrable(host: str) -> str:
    labels = host.split(".")
    if host.replace(".", "").isdigit() or len(labels) < 2:
        return host
    return ".".join(labels[-3 if ".".join(labels[-2:]) in SHARED_SUFFIXES else -2 :])

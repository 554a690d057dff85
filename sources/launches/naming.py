"""The name of a tool whose title has none, as its address tells it."""

from collections.abc import Callable, Mapping

from sources import links

Steps = tuple[str, ...]


def _step(index: int, after: Steps = ()) -> Callable[[Steps], str]:
    """Takes one folder of the path, when the path starts with `after`."""

    def take(steps: Steps) -> str:
        fits = steps[: len(after)] == after and len(steps) > index
        return steps[index].removesuffix(".git") if fits else ""

    return take


def _nothing(_: Steps) -> str:
    return ""


def _model_hub(steps: Steps) -> str:
    kind = steps[0] if steps else ""
    return _step(2 if kind in ("spaces", "datasets") else 1)(steps)


# Hosts whose own name says nothing of the tool, and where in the path its name stands.
HOSTS: Mapping[str, Callable[[Steps], str]] = {
    "github.com": _step(1),
    "gitlab.com": _step(1),
    "codeberg.org": _step(1),
    "bitbucket.org": _step(1),
    "huggingface.co": _model_hub,
    "pypi.org": _step(1, ("project",)),
    "npmjs.com": _step(1, ("package",)),
    "crates.io": _step(1, ("crates",)),
    "producthunt.com": _step(1, ("products",)),
    "chromewebstore.google.com": _step(1, ("detail",)),
    "addons.mozilla.org": _step(3),
    "marketplace.visualstudio.com": _nothing,
    "apps.apple.com": _step(2),
    "play.google.com": _nothing,
    "docs.google.com": _nothing,
    "drive.google.com": _nothing,
    "gist.github.com": _nothing,
    "news.ycombinator.com": _nothing,
    "medium.com": _nothing,
    "substack.com": _nothing,
    "dev.to": _nothing,
    "youtube.com": _nothing,
    "youtu.be": _nothing,
    "twitter.com": _nothing,
    "x.com": _nothing,
    "reddit.com": _nothing,
    "linkedin.com": _nothing,
    "arxiv.org": _nothing,
}

# Hosts that lend a subdomain to each project.
# fmt: off
LENT = (
    ".fly.dev", ".github.io", ".gitlab.io", ".herokuapp.com", ".hf.space", ".itch.io",
    ".lovable.app", ".netlify.app", ".onrender.com", ".pages.dev", ".replit.app",
    ".streamlit.app", ".surge.sh", ".vercel.app", ".web.app", ".workers.dev",
)
# fmt: on


def from_address(link: str) -> str:
    """The repository, the package or the domain; "" where the address names no tool."""
    host, steps = links.host(link), links.steps(link)
    if host in HOSTS:
        return HOSTS[host](steps)
    lender = next((end for end in LENT if host.endswith(end)), "")
    if lender == ".github.io" and steps:
        return steps[0]
    return host.removesuffix(lender)

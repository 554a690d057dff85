"""Web addresses as text: made absolute, and asked for their host."""

from urllib.parse import SplitResult, urljoin, urlsplit


def absolute(base: str, link: str) -> str:
    """The link made absolute; "" for what is no web page (javascript:, tag:, mailto:)."""
    try:
        whole = urljoin(base, link.strip()) if link.strip() else ""
        return whole if urlsplit(whole).scheme in ("", "http", "https") else ""
    except ValueError:  # "http://[oops": urllib refuses brackets that are no address
        return ""


def parts(link: str) -> SplitResult:
    """The address taken apart; one that cannot be has empty parts."""
    try:
        return urlsplit(link)
    except ValueError:
        return urlsplit("")


def host(link: str) -> str:
    """The host in lower case, without "www."."""
    return (parts(link).hostname or "").removeprefix("www.")


def steps(link: str) -> tuple[str, ...]:
    """The folders of the path: `/a/b/` is `("a", "b")`."""
    return tuple(step for step in parts(link).path.split("/") if step)

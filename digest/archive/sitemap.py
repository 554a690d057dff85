"""The sitemap (https://www.sitemaps.org/protocol.html): every page a search engine may list."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple
from urllib.parse import quote
from xml.sax.saxutils import escape

from db.engine import Sessions, reading
from db.store import search as store
from db.store import tools as tool_store
from digest.archive.categories import gathered
from digest.archive.issues import PUBLIC

MOST = 50_000  # addresses in one file, as the protocol bounds them
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


class Address(NamedTuple):
    """A page's path, and when it last changed if that is known."""

    path: str
    changed: datetime | date | None = None


def addresses(sessions: Sessions) -> list[Address]:
    """Every page of the site that is for everybody."""
    with reading(sessions) as session:
        comparisons = store.dated_comparisons(session)
        tools = store.dated_tools(session)
        issues = store.dated_issues(session, PUBLIC)
        categories = gathered(tool_store.categories(session))
    newest = max((changed for _, changed in comparisons), default=None)
    return [
        Address("/", newest),
        Address("/categories"),
        Address("/issues"),
        *(Address(f"/compare/{slug}", changed) for slug, changed in comparisons),
        *(Address(f"/tools/{slug}", changed) for slug, changed in tools),
        *(Address(f"/category/{one.slug}") for one in categories),
        *(Address(f"/issues/{name}", dated) for name, dated in issues),
    ]


def sitemap(found: Sequence[Address], base_url: str) -> bytes:
    """All addresses in one file, or an index of the files that hold them."""
    if not parts(found):
        return urlset(found, base_url)
    return _document("sitemapindex", _index_lines(parts(found), base_url))


def parts(found: Sequence[Address]) -> int:
    """How many files an index names; none where one file holds all."""
    return -(-len(found) // MOST) if len(found) > MOST else 0


def part(found: Sequence[Address], base_url: str, number: int) -> bytes:
    """The addresses of one file of an index, counted from 1."""
    return urlset(found[(number - 1) * MOST : number * MOST], base_url)


def urlset(found: Sequence[Address], base_url: str) -> bytes:
    return _document("urlset", (_line(one, base_url) for one in found))


def _index_lines(files: int, base_url: str) -> Iterator[str]:
    for number in range(1, files + 1):
        yield f"<sitemap><loc>{escape(base_url)}/sitemap-{number}.xml</loc></sitemap>"


def _line(one: Address, base_url: str) -> str:
    changed = f"<lastmod>{_w3c(one.changed)}</lastmod>" if one.changed else ""
    return f"<url><loc>{escape(base_url + quote(one.path))}</loc>{changed}</url>"


def _w3c(moment: datetime | date) -> str:
    """As in "2026-11-22" and "2026-11-22T09:00:00+00:00" (W3C Datetime)."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC).isoformat(timespec="seconds")
    return moment.isoformat()


def _document(root: str, lines: Iterator[str]) -> bytes:
    body = "\n".join(lines)
    return f'{HEAD}<{root} xmlns="{NAMESPACE}">\n{body}\n</{root}>\n'.encode()

"""The published feeds."""

import hashlib
import json
import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import cast

from fastapi import APIRouter, Request
from starlette.responses import Response

from digest import __version__, publishing
from digest.errors import NotFoundError
from digest.issues.syndication import feed_url
from digest.publishing import Edition
from digest.web.keeping import Kept, holds
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH

PAGE = re.compile("[1-9][0-9]{0,5}")
FIVE_MINUTES = "public, max-age=300"
MEDIA_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}


def router(site: Site, pages: Pages) -> APIRouter:
    feeds, made = APIRouter(), _fingerprint(site)
    for kind in publishing.FORMATS:
        _serve(feeds, site, pages.kept, kind, made)
    return feeds


def _serve(feeds: APIRouter, site: Site, kept: Kept, kind: str, made: str) -> None:
    extension, _ = publishing.FORMATS[kind]

    @feeds.api_route(f"/feed.{extension}", methods=BOTH, name=kind)
    def feed(request: Request, category: str = "", page: str = "1") -> Response:
        number, shown = _page(page), f"feed?category={category}&page={page}"
        edition = cast(
            Edition,
            kept.version(shown, lambda: publishing.edition(site.sessions, category, number)),
        )
        headers = _headers(site, extension, edition, f"{made}{kind}")
        if _holds(request, headers):
            return Response(status_code=304, headers=headers)
        body = kept.get(
            f"{kind} {shown}",
            (edition.version,),
            lambda: publishing.feed(site.sessions, site.publication, kind, edition),
        )
        return Response(body, media_type=MEDIA_TYPES[kind], headers=headers)


def _page(text: str) -> int:
    if not PAGE.fullmatch(text):
        raise NotFoundError("page", text)
    return int(text)


def _fingerprint(site: Site) -> str:
    """What a feed's bytes come from besides its edition, us and who publishes in which words: told
    by its hash."""
    words = {name: text for name, text in site.templates.items() if name.endswith(".po")}
    whole = json.dumps([__version__, repr(site.publication), sorted(words.items())])
    return hashlib.sha256(whole.encode()).hexdigest()


def _headers(site: Site, extension: str, edition: Edition, made: str) -> dict[str, str]:
    publication, part = site.publication, edition.part
    tag = hashlib.sha256(f"{made}{edition.version}".encode()).hexdigest()[:32]
    links = [f'<{feed_url(publication, extension, part, part.page)}>; rel="self"']
    if publication.hub:  # WebSub, section 4: both as headers, for what looks at no document
        links.append(f'<{publication.hub}>; rel="hub"')
    headers = {"ETag": f'"{tag}"', "Cache-Control": FIVE_MINUTES, "Link": ", ".join(links)}
    if edition.updated:
        headers["Last-Modified"] = format_datetime(edition.updated.astimezone(UTC), usegmt=True)
    return headers


def _holds(request: Request, now: dict[str, str]) -> bool:
    """Whether who asks has this version already (RFC 9110, section 13.2.2): a tag counts before a
    date, and a date that cannot be read is none."""
    asked = request.headers
    if "if-none-match" in asked:
        return holds(request, now["ETag"])
    since, modified = _date(asked.get("if-modified-since")), _date(now.get("Last-Modified"))
    return bool(since and modified and modified <= since)


def _date(text: str | None) -> datetime | None:
    try:
        read = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)

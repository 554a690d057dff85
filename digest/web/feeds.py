"""The published feeds."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from digest import archive
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH, unless_known

FIVE_MINUTES = "public, max-age=300"
FEEDS = {
    "/feed.xml": ("rss", "application/rss+xml; charset=utf-8"),
    "/feed.atom": ("atom", "application/atom+xml; charset=utf-8"),
    "/feed.json": ("json", "application/feed+json; charset=utf-8"),
}


def router(site: Site, pages: Pages) -> APIRouter:
    feeds = APIRouter()
    for path, (kind, media_type) in FEEDS.items():
        _serve(feeds, site, pages, path, kind, media_type)
    return feeds


def _serve(
    feeds: APIRouter, site: Site, pages: Pages, path: str, kind: str, media_type: str
) -> None:
    @feeds.api_route(path, methods=BOTH, name=kind)
    def feed(request: Request, category: str = "") -> Response:
        def made() -> bytes:
            return archive.feed(site.sessions, site.publication, kind, category)

        if category and not archive.spelled(site.sessions, category):
            # Anybody can think of categories: what is kept is kept for those that there are.
            return unless_known(request, made(), media_type, cache=FIVE_MINUTES)

        def version() -> archive.Version:
            return archive.feed_version(site.sessions, category)

        key = f"{path}?category={category}"
        return pages.known_bytes(request, key, version, made, media_type, FIVE_MINUTES)

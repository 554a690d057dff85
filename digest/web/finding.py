"""How pages are found: search, the sitemap, what robots may read, and what to do about an address
that nothing has."""

from collections.abc import Callable
from typing import TypeVar

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from digest import archive
from digest.archive import Address, Catalogue
from digest.errors import NotFoundError
from digest.model import Comparison
from digest.web.keeping import unless_known
from digest.web.pages import Pages, Site
from digest.web.routes import AN_HOUR, BOTH, page_number

MOST_FOUND = 10  # of each kind; who wants another adds a word
LATEST = 5  # comparisons under a page that is not there
XML = "application/xml; charset=utf-8"
# Paths of readers' own tokens and of the editors, and answers without end.
NOT_FOR_ROBOTS = (
    *("/confirm/", "/unsubscribe/", "/preferences/", "/change/", "/editor/", "/hooks/"),
    *("/search", "/bookmarks"),
)

Made = TypeVar("Made")


def router(site: Site, pages: Pages) -> APIRouter:
    routes = APIRouter()
    _search(routes, site, pages)
    _sitemap(routes, site, pages)

    @routes.api_route("/robots.txt", methods=BOTH)
    def robots() -> Response:
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS)]
        told = "\n".join([*lines, "", f"Sitemap: {site.publication.base_url}/sitemap.xml", ""])
        return PlainTextResponse(told, headers={"Cache-Control": AN_HOUR})

    return routes


def _search(routes: APIRouter, site: Site, pages: Pages) -> None:
    spoken = site.publication.language

    @routes.api_route("/search", methods=BOTH)
    def search(q: str = "") -> Response:
        found = archive.search(q, catalogue(site, pages), MOST_FOUND)
        return pages.page(
            "search.html",
            query=" ".join(q[:200].replace("\0", " ").split()),
            tools=archive.tools(site.sessions, found.tools, spoken),
            comparisons=archive.picked(site.sessions, found.comparisons, spoken),
            found=found,
        )


def catalogue(site: Site, pages: Pages) -> Catalogue:
    """All that can be found, read anew when something is new or a minute has gone."""
    version = archive.freshness(site.sessions, site.clock())
    return pages.kept.get("catalogue", version, lambda: archive.catalogue(site.sessions))


def _sitemap(routes: APIRouter, site: Site, pages: Pages) -> None:
    base_url = site.publication.base_url

    def kept(key: str, make: Callable[[], Made]) -> Made:
        return pages.kept.get(key, archive.freshness(site.sessions, site.clock()), make)

    def addresses() -> list[Address]:
        return kept("addresses", lambda: archive.addresses(site.sessions))

    @routes.api_route("/sitemap.xml", methods=BOTH)
    def sitemap(request: Request) -> Response:
        found = addresses()
        body = kept("/sitemap.xml", lambda: archive.sitemap(found, base_url))
        return unless_known(request, body, XML, cache=AN_HOUR)

    @routes.api_route("/sitemap-{number}.xml", methods=BOTH)
    def part(request: Request, number: str) -> Response:
        asked, found = page_number(number), addresses()
        if asked > archive.parts(found):
            raise NotFoundError("page", number)
        body = kept(f"/sitemap-{asked}.xml", lambda: archive.part(found, base_url, asked))
        return unless_known(request, body, XML, cache=AN_HOUR)


def not_here(site: Site, pages: Pages, error: Exception | None = None) -> Response:
    """The page for an address that nothing has: what may have been meant, and what is new."""
    version = archive.listing_version(site.sessions)
    latest = pages.kept.get("latest", version, lambda: _latest(site))
    return pages.page("404.html", status=404, latest=latest, meant=_meant(site, pages, error))


def _latest(site: Site) -> list[Comparison]:
    return archive.latest(site.sessions, limit=LATEST, language=site.publication.language)


def _meant(site: Site, pages: Pages, error: Exception | None) -> list[tuple[str, str]]:
    """Paths and names of what is spelled much like what was asked for."""
    if not isinstance(error, NotFoundError) or error.what not in ("comparison", "tool"):
        return []
    spoken = site.publication.language
    slugs = archive.alike(catalogue(site, pages), error.what, str(error.name))
    if error.what == "tool":
        cards = archive.tools(site.sessions, slugs, spoken)
        return [(f"/tools/{card.slug}", card.name) for card in cards]
    found = archive.picked(site.sessions, slugs, spoken)
    return [(f"/compare/{one.slug}", one.title) for one in found]

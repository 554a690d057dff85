"""Pages for visitors: comparisons, tools, categories, issues; and the files that dress them."""

import re

from fastapi import APIRouter, Request
from starlette.responses import Response

from digest import archive
from digest.errors import NotFoundError
from digest.web import picture
from digest.web.keeping import unless_known
from digest.web.pages import Pages, Site

__all__ = ["BOTH", "page_number", "router", "unless_known"]

A_DAY = "public, max-age=86400"
AN_HOUR = "public, max-age=3600"
STATIC = {  # all of them templates, so that colours and names are the publication's
    "site.css": ("static/site.css", "text/css"),
    "desk.css": ("static/desk.css", "text/css"),
    "choose.css": ("static/choose.css", "text/css"),
    "desk.js": ("static/desk.js", "text/javascript"),
    "bookmarks.js": ("static/bookmarks.js", "text/javascript"),
    "passkeys.js": ("static/passkeys.js", "text/javascript"),
    "sign-up.js": ("static/sign-up.js", "text/javascript"),
    "icon.svg": ("icon.html", "image/svg+xml"),
}
BOTH = ["GET", "HEAD"]
PAGE = re.compile(r"[1-9][0-9]{0,4}")


def router(site: Site, pages: Pages) -> APIRouter:
    routes = APIRouter()
    for serve in (_lists, _comparisons, _tools, _categories, _issues):
        serve(routes, site, pages)

    @routes.api_route("/bookmarks", methods=BOTH)
    def bookmarks() -> Response:
        return pages.page("bookmarks.html", cache=A_DAY)

    _serve_static(routes, pages)
    return routes


def _lists(routes: APIRouter, site: Site, pages: Pages) -> None:
    spoken = site.publication.language

    @routes.api_route("/", methods=BOTH)
    def home(request: Request, page: str = "1") -> Response:
        number = page_number(page)
        return pages.known(
            request,
            "home.html",
            f"/?page={number}",
            lambda: archive.listing_version(site.sessions, number),
            lambda: {"listing": archive.listing(site.sessions, number, language=spoken)},
        )


def _comparisons(routes: APIRouter, site: Site, pages: Pages) -> None:
    spoken = site.publication.language

    @routes.api_route("/compare/{slug}", methods=BOTH)
    def comparison(request: Request, slug: str) -> Response:
        return pages.known(
            request,
            "compare.html",
            f"/compare/{slug}",
            lambda: archive.comparison_version(site.sessions, slug),
            lambda: {"c": archive.comparison(site.sessions, slug, spoken)},
        )

    @routes.api_route("/compare/{slug}/picture.png", methods=BOTH)
    def share(request: Request, slug: str) -> Response:
        def made() -> bytes:
            shown = archive.comparison(site.sessions, slug, spoken)
            return picture.draw(shown, site.publication, pages.tokens["light"])

        def version() -> archive.Version:
            return archive.comparison_version(site.sessions, slug)

        key = f"/compare/{slug}/picture.png"
        return pages.known_bytes(request, key, version, made, "image/png", AN_HOUR)


def _tools(routes: APIRouter, site: Site, pages: Pages) -> None:
    spoken = site.publication.language

    @routes.api_route("/tools/{slug}", methods=BOTH)
    def tool(request: Request, slug: str, page: str = "1") -> Response:
        number = page_number(page)
        return pages.known(
            request,
            "tool.html",
            f"/tools/{slug}?page={number}",
            lambda: archive.tool_version(site.sessions, slug, number),
            lambda: {"sheet": archive.tool(site.sessions, slug, number, spoken)},
        )


def _categories(routes: APIRouter, site: Site, pages: Pages) -> None:
    spoken = site.publication.language

    @routes.api_route("/categories", methods=BOTH)
    def categories(request: Request) -> Response:
        return pages.known(
            request,
            "categories.html",
            "/categories",
            lambda: tuple(archive.categories(site.sessions)),
            lambda: {"categories": archive.categories(site.sessions)},
        )

    @routes.api_route("/category/{slug}", methods=BOTH)
    def category(request: Request, slug: str, page: str = "1") -> Response:
        number = page_number(page)
        return pages.known(
            request,
            "category.html",
            f"/category/{slug}?page={number}",
            lambda: archive.shelf_version(site.sessions, slug, number),
            lambda: archive.shelf(site.sessions, slug, number, spoken)._asdict(),
        )


def _issues(routes: APIRouter, site: Site, pages: Pages) -> None:
    spoken = site.publication.language

    @routes.api_route("/issues", methods=BOTH)
    def issues(request: Request, page: str = "1") -> Response:
        number = page_number(page)
        return pages.known(
            request,
            "issues.html",
            f"/issues?page={number}",
            lambda: archive.issues_version(site.sessions, number),
            lambda: {"listing": archive.issues(site.sessions, number)},
        )

    @routes.api_route("/issues/{name}", methods=BOTH)
    def issue(request: Request, name: str) -> Response:
        return pages.known(
            request,
            "issue.html",
            f"/issues/{name}",
            lambda: archive.issue_version(site.sessions, name),
            lambda: archive.issue(site.sessions, name, spoken)._asdict(),
        )


def page_number(page: str) -> int:
    """The number in an address; raises NotFoundError for what is none."""
    if not PAGE.fullmatch(page):
        raise NotFoundError("page", page)
    return int(page)


def _serve_static(routes: APIRouter, pages: Pages) -> None:
    files = {name: pages.text(template).encode() for name, (template, _) in STATIC.items()}

    @routes.api_route("/static/{name}", methods=BOTH)
    def static(name: str, request: Request) -> Response:
        if name not in files:
            raise NotFoundError("file", name)
        return unless_known(request, files[name], STATIC[name][1], cache=A_DAY)

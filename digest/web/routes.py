"""Pages for visitors: the latest comparisons, one comparison, the issues."""

import hashlib

from fastapi import APIRouter, Request
from starlette.responses import Response

from digest import archive
from digest.web.pages import Pages, Site

A_MINUTE = "public, max-age=60"
A_DAY = "public, max-age=86400"
STATIC = {  # all of them templates, so that colours and names are the publication's
    "site.css": ("static/site.css", "text/css"),
    "desk.css": ("static/desk.css", "text/css"),
    "bookmarks.js": ("static/bookmarks.js", "text/javascript"),
    "passkeys.js": ("static/passkeys.js", "text/javascript"),
    "sign-up.js": ("static/sign-up.js", "text/javascript"),
    "icon.svg": ("icon.html", "image/svg+xml"),
}
BOTH = ["GET", "HEAD"]


def router(site: Site, pages: Pages) -> APIRouter:
    routes, spoken = APIRouter(), site.publication.language

    @routes.api_route("/", methods=BOTH)
    def home() -> Response:
        latest = archive.latest(site.sessions, language=spoken)
        return pages.page("home.html", cache=A_MINUTE, comparisons=latest)

    @routes.api_route("/compare/{slug}", methods=BOTH)
    def comparison(slug: str) -> Response:
        found = archive.comparison(site.sessions, slug, spoken)
        return pages.page("compare.html", cache=A_MINUTE, c=found)

    @routes.api_route("/issues", methods=BOTH)
    def issues() -> Response:
        return pages.page("issues.html", cache=A_MINUTE, issues=archive.issues(site.sessions))

    @routes.api_route("/issues/{name}", methods=BOTH)
    def issue(name: str) -> Response:
        sheet = archive.issue(site.sessions, name, spoken)
        return pages.page("issue.html", cache=A_MINUTE, issue=sheet.issue, shown=sheet.shown)

    @routes.api_route("/bookmarks", methods=BOTH)
    def bookmarks() -> Response:
        return pages.page("bookmarks.html", cache=A_DAY)

    _serve_static(routes, pages)
    return routes


def _serve_static(routes: APIRouter, pages: Pages) -> None:
    files = {name: pages.text(template).encode() for name, (template, _) in STATIC.items()}

    @routes.api_route("/static/{name}", methods=BOTH)
    def static(name: str, request: Request) -> Response:
        if name not in files:
            return pages.page("404.html", status=404)
        return unless_known(request, files[name], STATIC[name][1], cache=A_DAY)


def unless_known(request: Request, body: bytes, media_type: str, *, cache: str) -> Response:
    """The body with an ETag, or 304 when the browser holds it already (RFC 9110, 13.1.2)."""
    etag = '"' + hashlib.sha256(body).hexdigest()[:32] + '"'
    headers = {"ETag": etag, "Cache-Control": cache}
    named = request.headers.get("if-none-match", "")
    held = {tag.strip().removeprefix("W/") for tag in named.split(",")}
    if etag in held or named.strip() == "*":
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)

"""The way out, on every mail.

Mail scanners fetch every link of a mail and run what its pages run: so GET shows a button and
changes nothing, and only POST acts.
"""

from fastapi import APIRouter
from starlette.responses import Response

from digest import subscriptions
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH


def router(site: Site, pages: Pages) -> APIRouter:
    readers = APIRouter()
    _leaving(readers, site, pages)
    return readers


def _leaving(readers: APIRouter, site: Site, pages: Pages) -> None:
    @readers.api_route("/unsubscribe/{token}", methods=BOTH)
    def ask(token: str) -> Response:
        if not subscriptions.may_leave(site.signing, token):
            return pages.page("404.html", status=404)
        return pages.page("leave.html", token=token)

    @readers.post("/unsubscribe/{token}")
    def leave(token: str) -> Response:
        # RFC 8058: the body may be a form of either encoding or nothing, and the answer is no
        # redirect and asks for no cookie. The token says it all, so nobody looks at the body.
        if not subscriptions.leave(site.sessions, site.clock, site.signing, token):
            return pages.page("404.html", status=404)
        return pages.page("left.html")

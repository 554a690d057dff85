"""The way out, on every mail, and back.

Mail scanners fetch every link of a mail and run what its pages run: so GET shows a button and
changes nothing, and only POST acts.
"""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.background import BackgroundTask
from starlette.responses import Response

from digest import subscriptions
from digest.errors import InputError
from digest.readers.links import Purpose
from digest.web.origin import came_from
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH

BY_HAND = "page"  # what our own button adds to the link, and no mail program does


def router(site: Site, pages: Pages) -> APIRouter:
    readers = APIRouter()
    _leaving(readers, site, pages)
    _saying_why(readers, site, pages)
    _coming_back(readers, site, pages)
    return readers


def _leaving(readers: APIRouter, site: Site, pages: Pages) -> None:
    @readers.api_route("/unsubscribe/{token}", methods=BOTH)
    def ask(token: str) -> Response:
        number = subscriptions.may_leave(site.signing, token)
        if number is None:
            return pages.page("404.html", status=404)
        choose = site.signing.token(number, Purpose.CHOOSE)
        return pages.page("leave.html", token=token, choose=choose, by=BY_HAND)

    @readers.post("/unsubscribe/{token}")
    def leave(request: Request, token: str, by: str = "") -> Response:
        # RFC 8058: the body may be a form of either encoding or nothing, and the answer is no
        # redirect and asks for no cookie. The token says it all, so nobody looks at the body.
        origin = came_from(request, "/unsubscribe" if by else "")
        left = subscriptions.leave(site.sessions, site.clock, site.signing, token, origin)
        if left is None:
            return pages.page("404.html", status=404)
        back = subscriptions.way_back(site.signing, left, site.clock())
        reasons = subscriptions.REASONS
        answer = pages.page("left.html", token=token, back=back, reasons=reasons)
        if left.tell and by == BY_HAND:
            goodbye = subscriptions.say_goodbye
            answer.background = BackgroundTask(goodbye, site.invitations, left)
        return answer


def _saying_why(readers: APIRouter, site: Site, pages: Pages) -> None:
    @readers.post("/unsubscribe/{token}/why")
    def say_why(
        token: str, reason: Annotated[str, Form()] = "", words: Annotated[str, Form()] = ""
    ) -> Response:
        told = (token, reason, words)
        try:
            ours = subscriptions.say_why(site.sessions, site.clock, site.signing, *told)
        except InputError:
            return pages.page("reason_refused.html", status=422)
        return pages.page("reason_kept.html") if ours else pages.page("404.html", status=404)


def _coming_back(readers: APIRouter, site: Site, pages: Pages) -> None:
    @readers.api_route("/return/{token}", methods=BOTH)
    def ask(token: str) -> Response:
        if not subscriptions.may_return(site.signing, token, site.clock()):
            return pages.page("too_late.html", status=404)
        return pages.page("return.html", token=token)

    @readers.post("/return/{token}")
    def come_back(request: Request, token: str) -> Response:
        origin = came_from(request, "/return")
        if not subscriptions.come_back(site.sessions, site.clock, site.signing, token, origin):
            return pages.page("too_late.html", status=404)
        return pages.page("returned.html")

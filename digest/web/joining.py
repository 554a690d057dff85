"""The form that asks for our mails, and the link that confirms it.

Mail scanners fetch every link of a mail and run what its pages run: so GET shows a button and
changes nothing, and only POST acts.
"""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.background import BackgroundTask
from starlette.responses import Response

from digest import subscriptions
from digest.errors import InputError
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH


def router(site: Site, pages: Pages) -> APIRouter:
    readers = APIRouter()
    _subscribing(readers, site, pages)
    _confirming(readers, site, pages)
    return readers


def _subscribing(readers: APIRouter, site: Site, pages: Pages) -> None:
    @readers.post("/subscribe")
    def subscribe(
        email: Annotated[str, Form()] = "",
        categories: Annotated[tuple[str, ...], Form()] = (),
        website: Annotated[str, Form()] = "",
    ) -> Response:
        if website:  # a field people do not see; only programs fill it in
            return pages.page("asked.html")
        try:
            asking = subscriptions.subscribe(site.sessions, site.invitations, email, categories)
        except InputError as error:
            return pages.page("subscribe.html", status=422, wrong=str(error), email=email)
        answer = pages.page("asked.html")
        if asking:  # written and posted after the answer, whose time then tells no one who is known
            answer.background = BackgroundTask(subscriptions.invite, site.invitations, asking)
        return answer


def _confirming(readers: APIRouter, site: Site, pages: Pages) -> None:
    @readers.api_route("/confirm/{token}", methods=BOTH)
    def ask(token: str) -> Response:
        if not subscriptions.may_confirm(site.signing, token, site.clock()):
            return pages.page("expired.html", status=404)
        return pages.page("confirm.html", token=token)

    @readers.post("/confirm/{token}")
    def confirm(token: str) -> Response:
        if not subscriptions.confirm(site.sessions, site.clock, site.signing, token):
            return pages.page("expired.html", status=404)
        return pages.page("confirmed.html")

"""The form that asks for our mails, and the link that confirms it.

Mail scanners fetch every link of a mail and run what its pages run: so GET shows a button and
changes nothing, and only POST acts.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.background import BackgroundTask
from starlette.responses import JSONResponse, Response

from digest import subscriptions
from digest.errors import InputError
from digest.language import gettext_noop
from digest.subscriptions import CategoriesError, DisposableError, Entry, Signs
from digest.web.origin import origin, path_of
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH

NO_ADDRESS = gettext_noop(
    "We cannot send to that address. It should look like name@example.org, with plain letters "
    "before the @."
)
WRONG: Mapping[type[InputError], str] = {
    DisposableError: gettext_noop(
        "Please give an address that lasts. We do not send to addresses that are thrown away."
    ),
    CategoriesError: gettext_noop("Please choose from the categories that the form shows."),
}
ENTRIES: Mapping[Entry, tuple[str, int]] = {
    Entry.IN: ("confirmed.html", 200),
    Entry.GONE: ("gone.html", 410),
    Entry.EXPIRED: ("expired.html", 404),
}


def router(site: Site, pages: Pages) -> APIRouter:
    readers = APIRouter()
    _subscribing(readers, site, pages)
    _proving(readers, site)
    _confirming(readers, site, pages)
    return readers


def wrong(site: Site, error: InputError) -> str:
    """What is wrong with a sign-up, in the words and the language of the site."""
    return site.publication.language.gettext(WRONG.get(type(error), NO_ADDRESS))


def answered(answer: Response, site: Site, wish: subscriptions.Wish) -> Response:
    """The answer, and after it all that asks the database: its time tells no one who is known."""
    answer.background = BackgroundTask(subscriptions.answer, site.sessions, site.invitations, wish)
    return answer


def _subscribing(readers: APIRouter, site: Site, pages: Pages) -> None:
    @readers.post("/subscribe")
    def subscribe(
        request: Request,
        email: Annotated[str, Form()] = "",
        categories: Annotated[tuple[str, ...], Form()] = (),
        website: Annotated[str, Form()] = "",
        opened: Annotated[str, Form()] = "",
        proof: Annotated[str, Form()] = "",
        page: Annotated[str, Form()] = "",
    ) -> Response:
        if website:  # a field people do not see; only programs fill it in
            return pages.page("asked.html")
        try:
            wish = subscriptions.wish(
                site.invitations,
                email,
                categories,
                origin=replace(origin(request), page=path_of(page)),
                signs=Signs(opened, proof),
            )
        except InputError as error:
            said = wrong(site, error)
            return pages.page("subscribe.html", status=422, wrong=said, email=email)
        return answered(pages.page("asked.html"), site, wish)


def _proving(readers: APIRouter, site: Site) -> None:
    @readers.get("/challenge")
    def challenge(subject: str = "") -> Response:
        """Work for a browser, and whether it is needed just now. `subject` is the SHA-256, in hex,
        of the address that is to sign up."""
        work = subscriptions.challenge(site.signing, subject, site.clock())
        needed = subscriptions.needs_proof(site.sessions, site.clock)
        return JSONResponse({"needed": needed, **work}, headers={"Cache-Control": "no-store"})


def _confirming(readers: APIRouter, site: Site, pages: Pages) -> None:
    @readers.api_route("/confirm/{token}", methods=BOTH)
    def ask(token: str) -> Response:
        if not subscriptions.may_confirm(site.signing, token, site.clock()):
            return pages.page("expired.html", status=404)
        return pages.page("confirm.html", token=token)

    @readers.post("/confirm/{token}")
    def confirm(request: Request, token: str) -> Response:
        asked_from = replace(origin(request), page="/confirm")
        entry = subscriptions.confirm(site.sessions, site.invitations, token, asked_from)
        name, status = ENTRIES[entry]
        return pages.page(name, status=status)

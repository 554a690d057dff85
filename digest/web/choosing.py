"""What a reader gets and what we keep of them, on the page that every mail links.

The link stands in every mail and never runs out. What could take a subscription or a reader's data
away, a change of address, an export, an erasure, therefore needs a second link, which goes to the
inbox it is about. GET shows, and only POST acts.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.background import BackgroundTask
from starlette.responses import Response

from digest import subscriptions
from digest.errors import InputError, NotFoundError
from digest.language import gettext_noop, own_name, spoken
from digest.model import Cadence, Origin
from digest.readers.audience import is_paused
from digest.readers.links import Purpose
from digest.readers.preferences import END, KEEP, PAUSES, masked
from digest.subscriptions import Preferences, Wanted
from digest.web.origin import came_from
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH

CADENCES: Mapping[Cadence, str] = {
    Cadence.WEEKLY: gettext_noop("The digest, once a week"),
    Cadence.EACH: gettext_noop("Each comparison, as it is published"),
    Cadence.SHIPS: gettext_noop("Each comparison in which the panel ships one or both"),
}
ASKING: Mapping[str, Purpose] = {
    "address": Purpose.CHANGE_ADDRESS,
    "export": Purpose.EXPORT,
    "erase": Purpose.ERASE,
}
NO_CHOICE = gettext_noop("That choice is not one of ours any more. Look through it and save again.")
NO_ADDRESS = gettext_noop("That is no address we can send to. Have another look at it.")


def router(site: Site, pages: Pages) -> APIRouter:
    readers = APIRouter()
    _choosing(readers, site, _Form(site, pages))
    _changing_address(readers, site, pages)
    _exporting(readers, site, pages)
    _erasing(readers, site, pages)
    return readers


class _Form:
    """The page of one reader's preferences."""

    def __init__(self, site: Site, pages: Pages) -> None:
        self._site, self._pages = site, pages
        self.languages = spoken(site.templates)

    def page(self, token: str, found: Preferences | None, **said: str) -> Response:
        """`said` may hold that something was `saved`, or what is `wrong` in the choice or in the
        address that was `typed` (`wrong_address`)."""
        if found is None:
            return self._pages.page("unknown_reader.html", status=410)
        told = {"saved": "", "wrong": "", "wrong_address": "", "typed": "", **said}
        values: dict[str, Any] = {"token": token, **self._values(found), **told}
        status = 422 if told["wrong"] or told["wrong_address"] else 200
        return self._pages.page("preferences.html", status=status, **values)

    def _values(self, found: Preferences) -> dict[str, Any]:
        reader = found.reader
        ticked = {name.casefold() for name in reader.categories}
        paused = is_paused(reader.paused_until, self._site.clock())
        return {
            "reader": reader,
            "address": masked(reader.email),
            "categories": {name: name.casefold() in ticked for name in found.categories},
            "cadences": CADENCES,
            "languages": {reader.language: own_name(reader.language), **self.languages},
            "paused_until": reader.paused_until if paused else None,
            "pauses": PAUSES,
            "keep": KEEP,
            "end": END,
            "leave": self._site.signing.token(reader.id, Purpose.LEAVE),
        }

    def mailed(self, token: str, found: Preferences | None, purpose: Purpose) -> Response:
        if found is None:
            return self.page(token, found)
        own = masked(found.reader.email)
        changes = purpose is Purpose.CHANGE_ADDRESS
        return self._pages.page("link_mailed.html", token=token, address=own, changes=changes)


def _choosing(readers: APIRouter, site: Site, form: _Form) -> None:
    @readers.api_route("/preferences/{token}", methods=BOTH)
    def show(token: str) -> Response:
        return form.page(token, subscriptions.preferences(site.sessions, site.signing, token))

    @readers.post("/preferences/{token}")
    def act(
        request: Request,
        token: str,
        ask: Annotated[str, Form()] = "",
        email: Annotated[str, Form()] = "",
        categories: Annotated[tuple[str, ...], Form()] = (),
        cadence: Annotated[str, Form()] = "",
        language: Annotated[str, Form()] = "",
        pause: Annotated[str, Form()] = "",
    ) -> Response:
        if ask in ASKING:
            return _ask(site, form, token, ASKING[ask], email)
        wanted = Wanted(categories, cadence, pause, language, form.languages)
        return _save(site, form, token, wanted, came_from(request, "/preferences"))


def _save(site: Site, form: _Form, token: str, wanted: Wanted, origin: Origin) -> Response:
    found = subscriptions.preferences(site.sessions, site.signing, token)
    try:
        kept = subscriptions.choose(site.sessions, site.clock, site.signing, token, wanted, origin)
    except InputError:
        return form.page(token, found, wrong=NO_CHOICE)
    return form.page(token, kept, saved="yes")


def _ask(site: Site, form: _Form, token: str, purpose: Purpose, email: str) -> Response:
    """The same answer whatever comes of it; the mail is looked into and posted after that."""
    found = subscriptions.preferences(site.sessions, site.signing, token)
    try:
        asked = subscriptions.ask(site.signing, token, purpose, email)
    except InputError:
        return form.page(token, found, wrong_address=NO_ADDRESS, typed=email)
    answer = form.mailed(token, found, purpose)
    mail = subscriptions.mail_link
    answer.background = BackgroundTask(mail, site.sessions, site.invitations, asked)
    return answer


# --- the links we mailed -------------------------------------------------------------------


def _button(
    readers: APIRouter, site: Site, pages: Pages, path: str, purpose: Purpose, page: str
) -> None:
    """GET of a mailed link: a page with a button, as long as it works."""

    @readers.api_route(path, methods=BOTH)
    def ask(token: str) -> Response:
        link = subscriptions.mailed(site.sessions, site.clock, site.signing, token, purpose)
        if link is None:
            return pages.page("link_over.html", status=404)
        return pages.page(page, token=token, new=masked(link.email))


def _following(pages: Pages, act: Callable[[], Response]) -> Response:
    """POST of a mailed link."""
    try:
        return act()
    except NotFoundError:
        return pages.page("link_over.html", status=404)


def _changing_address(readers: APIRouter, site: Site, pages: Pages) -> None:
    path = "/preferences/address/{token}"
    _button(readers, site, pages, path, Purpose.CHANGE_ADDRESS, "change_address.html")

    @readers.post(path)
    def change(request: Request, token: str) -> Response:
        origin = came_from(request, "/preferences/address")

        def act() -> Response:
            try:
                link = subscriptions.change_address(
                    site.sessions, site.clock, site.signing, token, origin
                )
            except InputError:
                return pages.page("address_taken.html", status=409)
            return pages.page("address_changed.html", new=masked(link.email))

        return _following(pages, act)


def _exporting(readers: APIRouter, site: Site, pages: Pages) -> None:
    path = "/preferences/data/{token}"
    _button(readers, site, pages, path, Purpose.EXPORT, "your_data.html")

    @readers.post(path)
    def export(token: str) -> Response:
        def act() -> Response:
            data = subscriptions.export(site.sessions, site.clock, site.signing, token)
            headers = {
                "Content-Disposition": 'attachment; filename="your-data.json"',
                "Cache-Control": "no-store",
            }
            return Response(data, media_type="application/json", headers=headers)

        return _following(pages, act)


def _erasing(readers: APIRouter, site: Site, pages: Pages) -> None:
    path = "/preferences/erase/{token}"
    _button(readers, site, pages, path, Purpose.ERASE, "erase.html")

    @readers.post(path)
    def erase(token: str) -> Response:
        def act() -> Response:
            subscriptions.erase_by_link(site.sessions, site.clock, site.signing, token)
            return pages.page("erased.html")

        return _following(pages, act)

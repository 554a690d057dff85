"""Readers at the desk, for those who publish: personal data, so writers do not come in here."""

from collections.abc import Callable
from typing import Annotated, Any, NoReturn

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from digest import subscriptions
from digest.desk.signing_in import Visitor
from digest.errors import DigestError, ServiceError
from digest.language import gettext_noop
from digest.model import SubscriberState
from digest.subscriptions import looking
from digest.web.desk.guard import Act
from digest.web.desk.layout import SUBSCRIBERS, Door, Number, back_to
from digest.web.origin import origin
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH

ONE = SUBSCRIBERS + "/{number}"
LONGEST_ADDRESS = 254
MOST = 100  # of each list of a history
STATES = {
    SubscriberState.ACTIVE: gettext_noop("active"),
    SubscriberState.PENDING: gettext_noop("not confirmed"),
    SubscriberState.UNSUBSCRIBED: gettext_noop("left"),
    SubscriberState.BOUNCED: gettext_noop("bounced"),
    SubscriberState.COMPLAINED: gettext_noop("complained"),
}


def router(site: Site, _: Pages, door: Door) -> APIRouter:
    routes = APIRouter()
    for serve in (_list, _one, _stopping, _own_data):
        serve(routes, site, door)
    return routes


def _list(routes: APIRouter, site: Site, door: Door) -> None:
    @routes.api_route(SUBSCRIBERS, methods=BOTH)
    def look(
        request: Request,
        who: Annotated[Visitor, door.admits(Act.READERS)],
        q: str = "",
        state: str = "",
        after: str = "",
    ) -> Response:
        start = q.strip()[:LONGEST_ADDRESS]
        chosen = SubscriberState(state) if state in list(SubscriberState) else None
        found = looking.listing(site.sessions, start, chosen, after[:LONGEST_ADDRESS])
        told: dict[str, Any] = {
            "readers": found.readers[: looking.PER_PAGE],
            "counts": found.counts,
            "states": STATES,
            "asked": {"q": start, "state": chosen.value if chosen else ""},
            "more": len(found.readers) > looking.PER_PAGE,
        }
        return door.page(request, who, "subscribers.html", here=SUBSCRIBERS, **told)


def _shown(
    site: Site, door: Door, request: Request, who: Visitor, number: int, wrong: str = ""
) -> Response:
    found = looking.history(site.sessions, site.signing, number)
    told: dict[str, Any] = {"history": found, "states": STATES, "wrong": wrong, "most": MOST}
    status = 422 if wrong else 200
    return door.page(request, who, "subscriber.html", here=SUBSCRIBERS, status=status, **told)


def _one(routes: APIRouter, site: Site, door: Door) -> None:
    @routes.api_route(ONE, methods=BOTH)
    def look(
        request: Request, number: Number, who: Annotated[Visitor, door.admits(Act.READERS)]
    ) -> Response:
        return _shown(site, door, request, who, number)


def _stopping(routes: APIRouter, site: Site, door: Door) -> None:
    def done(
        request: Request, who: Visitor, number: int, act: Callable[[str, str, str], object]
    ) -> Response:
        """Back to the reader; `act` is given their address, who acts and from where."""
        email = looking.history(site.sessions, site.signing, number).reader.email
        try:
            act(email, who.editor.email, origin(request).ip)
        except DigestError as error:
            return _shown(site, door, request, who, number, str(error))
        return back_to(f"{SUBSCRIBERS}/{number}")

    @routes.post(ONE + "/unsubscribe")
    def unsubscribe(
        request: Request,
        number: Number,
        who: Annotated[Visitor, door.admits(Act.READERS)],
        reason: Annotated[str, Form()] = "",
    ) -> Response:
        def act(_: str, editor: str, ip: str) -> None:
            given = (site.sessions, site.clock, number, reason)
            subscriptions.unsubscribe_by_hand(*given, editor, ip)

        return done(request, who, number, act)

    @routes.post(ONE + "/suppress")
    def suppress(
        request: Request, number: Number, who: Annotated[Visitor, door.admits(Act.READERS)]
    ) -> Response:
        given = (site.sessions, site.clock, site.signing)
        return done(request, who, number, lambda *told: subscriptions.suppress(*given, *told))

    @routes.post(ONE + "/release")
    def release(
        request: Request, number: Number, who: Annotated[Visitor, door.admits(Act.READERS)]
    ) -> Response:
        def act(email: str, editor: str, ip: str) -> None:
            given = (site.sessions, site.clock, site.signing, email)
            subscriptions.release(*given, _elsewhere, editor, ip)

        return done(request, who, number, act)


def _elsewhere() -> NoReturn:
    """The site holds no key to the list of SES, which may have this address as well."""
    raise ServiceError("SES", "its own list may hold this address; use `digest suppression remove`")


def _own_data(routes: APIRouter, site: Site, door: Door) -> None:
    @routes.post(ONE + "/export")
    def export(
        request: Request, number: Number, who: Annotated[Visitor, door.admits(Act.READERS)]
    ) -> Response:
        given = (site.sessions, site.clock, site.signing, number, who.editor.email)
        whole = subscriptions.export_by_hand(*given, origin(request).ip)
        headers = {
            "Content-Disposition": f'attachment; filename="reader-{number}.json"',
            "Cache-Control": "no-store",
        }
        return Response(whole, media_type="application/json", headers=headers)

    @routes.api_route(ONE + "/erase", methods=BOTH)
    def ask(
        request: Request, number: Number, who: Annotated[Visitor, door.admits(Act.READERS)]
    ) -> Response:
        reader = looking.history(site.sessions, site.signing, number).reader
        return door.page(request, who, "erase-reader.html", here=SUBSCRIBERS, reader=reader)

    @routes.post(ONE + "/erase")
    def erase(
        request: Request, number: Number, who: Annotated[Visitor, door.admits(Act.READERS)]
    ) -> Response:
        reader = looking.history(site.sessions, site.signing, number).reader
        given = (site.sessions, site.clock, site.signing, reader.email)
        subscriptions.erase(*given, who.editor.email, origin(request).ip)
        return back_to(SUBSCRIBERS)

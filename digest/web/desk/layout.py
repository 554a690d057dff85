"""What the desk's pages share: the menu, and what each page is told of who looks at it."""

import re
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Path, Request
from starlette.responses import RedirectResponse, Response

from digest.desk.issues import House
from digest.desk.record import Hand, Sessions, asked_from
from digest.desk.signing_in import Visitor
from digest.desk.trouble import Pen
from digest.language import gettext_noop
from digest.model import Role
from digest.web.desk.guard import MAY, Act, Admission
from digest.web.origin import origin
from digest.web.pages import Pages, Site

HOME = "/editor"
SIGN_IN = "/editor/sign-in"
ISSUES = "/editor/issues"
SCHEDULE = "/editor/schedule"
TOOLS = "/editor/tools"
FEEDS = "/editor/feeds"
SUBSCRIBERS = "/editor/subscribers"
LONGEST_PATH = 200
AT_THE_DESK = re.compile(r"/editor(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*(?:\?[A-Za-z0-9._~%&=+-]*)?")
Name = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,150}$")]
"""The id of an issue in a path."""
Number = Annotated[int, Path(ge=1, lt=2**63)]
"""The number in a path of something that the database counts."""


class Entry(NamedTuple):
    path: str
    name: str
    act: Act


MENU = (
    Entry(HOME, gettext_noop("Desk"), Act.LOOK),
    Entry(ISSUES, gettext_noop("Issues"), Act.LOOK),
    Entry(SCHEDULE, gettext_noop("Schedule"), Act.LOOK),
    Entry(TOOLS, gettext_noop("Verdicts"), Act.LOOK),
    Entry("/editor/launches", gettext_noop("Launches"), Act.LOOK),
    Entry(FEEDS, gettext_noop("Feeds"), Act.LOOK),
    Entry(SUBSCRIBERS, gettext_noop("Subscribers"), Act.READERS),
    Entry("/editor/team", gettext_noop("Team"), Act.TEAM),
    Entry("/editor/tokens", gettext_noop("Tokens"), Act.TOKENS),
    Entry("/editor/webhooks", gettext_noop("Webhooks"), Act.TOKENS),
    Entry("/editor/audit", gettext_noop("Audit"), Act.AUDIT),
    Entry("/editor/settings", gettext_noop("Settings"), Act.SETTINGS),
    Entry("/editor/account", gettext_noop("Your account"), Act.LOOK),
)
ROLES = {
    Role.WRITER: gettext_noop("writer"),
    Role.PUBLISHER: gettext_noop("publisher"),
    Role.ADMIN: gettext_noop("admin"),
}


class Door:
    """What a page of the desk is made with."""

    def __init__(self, site: Site, pages: Pages) -> None:
        self._site, self._pages = site, pages
        invitations = site.invitations
        self.pen = Pen(site.clock, invitations.post, site.publication, invitations.templates)
        self.house = House(site.publication, site.approvers, site.minimum)

    def admits(self, act: Act) -> Any:
        """The dependency that a route declares its act by, and is given its Visitor by."""
        return Depends(Admission(self._site, act))

    def hand(self, request: Request, who: Visitor) -> Hand:
        """Who acts with this request, for the line of the record."""
        return Hand(who.editor.email, self._site.clock(), origin(request).ip)

    def sessions(self, request: Request) -> Sessions:
        """Sessions whose acts are recorded with where the request came from."""
        return asked_from(self._site.sessions, origin(request).ip)

    def page(
        self, request: Request, who: Visitor, name: str, *, status: int = 200, **values: Any
    ) -> Response:
        """A page of the desk, from `templates/web/desk`."""
        menu = [entry for entry in MENU if entry.act in MAY[who.editor.role]]
        may = {act.value for act in MAY[who.editor.role]}
        shared: dict[str, Any] = {"who": who, "menu": menu, "roles": ROLES, "may": may}
        shared["csrf"] = request.state.form_token
        return self._pages.page(f"desk/{name}", status=status, **shared, **values)


def onward(path: str) -> str:
    """Where somebody wanted to go when they were asked to sign in, if that is at the desk; else
    its first page."""
    return path if len(path) <= LONGEST_PATH and AT_THE_DESK.fullmatch(path) else HOME


def back_to(path: str) -> Response:
    """After a form was done: the page that shows what came of it (303, so that it is a GET)."""
    return RedirectResponse(path, 303, {"Cache-Control": "no-store"})

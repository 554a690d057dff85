"""Who is asking, and may they: every route of the desk names the act that it is, and only those
whose role has that act in MAY come through."""

import hashlib
import hmac
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Form, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from digest.desk.signing_in import LONGEST_SESSION, Visitor, visitor
from digest.errors import DigestError
from digest.model import Role
from digest.web.pages import Site

SAFE = frozenset({"GET", "HEAD"})
SAME_SITE = frozenset({"same-origin", "none"})  # none: typed in, or asked for again


class Act(StrEnum):
    """What somebody may want at the desk."""

    LOOK = "look"  # at the desk, and after oneself: one's sessions and passkeys
    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    SEND = "send"
    PAUSE = "pause"
    CANCEL = "cancel"
    TEAM = "team"
    TOKENS = "tokens"
    SETTINGS = "settings"
    AUDIT = "audit"
    READERS = "readers"  # their addresses and their history: personal data


WRITING = frozenset({Act.LOOK, Act.EDIT, Act.SUBMIT})
PUBLISHING = WRITING | {Act.APPROVE, Act.SEND, Act.PAUSE, Act.CANCEL, Act.READERS}
MAY: Mapping[Role, frozenset[Act]] = {
    Role.WRITER: WRITING,
    Role.PUBLISHER: PUBLISHING,
    Role.ADMIN: PUBLISHING | {Act.TEAM, Act.TOKENS, Act.SETTINGS, Act.AUDIT},
}


class SignedOutError(DigestError):
    """Nobody is signed in where somebody has to be."""


class ForbiddenError(DigestError):
    """The role of who is signed in does not allow the act."""


class ForgedFormError(DigestError):
    """The form was not sent from a page of ours, or from one of another session."""


class Cookie:
    """The cookie that holds a session's secret; on https it can be set by this very host alone
    (`__Host-`, RFC 6265bis)."""

    def __init__(self, base_url: str) -> None:
        self.secure = base_url.startswith("https:")
        self.name = "__Host-session" if self.secure else "session"

    def of(self, request: Request) -> str:
        return request.cookies.get(self.name, "")

    def set(self, secret: str) -> str:
        """The header that hands the secret over."""
        return self._header(secret, int(LONGEST_SESSION.total_seconds()))

    def clear(self) -> str:
        return self._header("", 0)

    def _header(self, secret: str, seconds: int) -> str:
        secure = "; Secure" if self.secure else ""
        return f"{self.name}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"


class Anyone:
    """Lets everybody in whose form comes from a page of this site: for the way to sign in."""

    act: Act | None = None

    def __call__(self, request: Request) -> None:
        require_own_form(request)


class Admission:
    """Lets in who may do the act, with a form of their own session if it changes anything; as a
    FastAPI dependency it gives the Visitor. Raises SignedOutError, ForbiddenError and
    ForgedFormError."""

    def __init__(self, site: Site, act: Act) -> None:
        self.act: Act | None = act
        self._site, self._cookie = site, Cookie(site.publication.base_url)

    def __call__(self, request: Request, csrf: Annotated[str, Form()] = "") -> Visitor:
        secret = self._cookie.of(request)
        found = visitor(self._site.sessions, self._site.clock, secret)
        if found is None:
            raise SignedOutError("sign in first")
        if request.method not in SAFE:
            require_own_form(request)
            if not hmac.compare_digest(csrf.encode(), form_token(secret).encode()):
                raise ForgedFormError("the form is not of this session")
        if self.act not in MAY[found.editor.role]:
            raise ForbiddenError(f"a {found.editor.role.value} may not {self.act}")
        request.state.form_token = form_token(secret)
        return found


def form_token(secret: str) -> str:
    """What every form of a session carries, and no other site can know."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def require_own_form(request: Request) -> None:
    """Raise ForgedFormError for a form that another site's page sent, as the browser tells.

    Browsers say so in Sec-Fetch-Site; those that do not, in Origin. Pages under our
    Referrer-Policy send `Origin: null`, so it is the second to be asked.
    """
    if request.method in SAFE:
        return
    site = request.headers.get("sec-fetch-site")
    if site is None:
        origin = request.headers.get("origin")
        own = origin is None or urlsplit(origin).netloc == request.url.netloc
    else:
        own = site in SAME_SITE
    if not own:
        raise ForgedFormError("the form was sent by a page of another site")


def declared(route: APIRoute) -> list[Act | None]:
    """The acts that a route declares, None where it lets everybody in; a route has to have one."""
    calls = (each.call for each in _flat(route.dependant))
    return [call.act for call in calls if isinstance(call, (Admission, Anyone))]


def _flat(dependant: Dependant) -> list[Dependant]:
    return [dependant, *(one for each in dependant.dependencies for one in _flat(each))]

"""An editor's browser at the desk: keeps its cookie, fills in the forms that pages show."""

import re
from email import message_from_bytes, policy
from urllib.parse import urlencode, urlsplit

from db.engine import reading
from db.store import editors
from db.store import sessions as sessions_store
from digest.model import Editor, EditorSession, Role
from digest.readers.links import token_hash
from tests.doors.site import FORM, Answer, LiveSite

SIGN_IN = "/editor/sign-in"
ADMIN, PUBLISHER, WRITER = (
    f"{role}@shiporskip.example" for role in ("admin", "publisher", "writer")
)
SAME = {"Sec-Fetch-Site": "same-origin"}


def hires(site: LiveSite, email: str, role: Role) -> Editor:
    with site.sessions.begin() as session:
        editors.put_editor(session, email, role, site.clock())
        return editors.editor(session, email)


def mailed_link(site: LiveSite) -> str:
    """The path of the link in the last mail, with what it asks for."""
    message = message_from_bytes(site.mail[-1].data, policy=policy.default)
    body = message.get_body(("plain",))
    assert body
    (url,) = re.findall(r"https?://\S+/editor/sign-in/\S+", body.get_content())
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}".rstrip("?")


class Browser:
    """Follows no redirect. `secret` is what its cookie holds, "" while it is signed out."""

    def __init__(self, site: LiveSite, agent: str = "A browser") -> None:
        self.site, self.agent = site, agent
        self.secret = ""

    def signs_in(self, email: str) -> "Browser":
        self.post(SIGN_IN, email=email)
        assert self.post(mailed_link(self.site)).status == 303
        return self

    def get(self, path: str) -> Answer:
        return self._keep(self.site.ask("GET", path, headers=self._headers))

    def post(
        self, path: str, headers: dict[str, str] | None = None, /, **fields: str | list[str]
    ) -> Answer:
        """Send a form as it is given, with nothing of the session but the cookie."""
        told = {**self._headers, **SAME, "Content-Type": FORM, **(headers or {})}
        return self._keep(self.site.ask("POST", path, urlencode(fields, doseq=True).encode(), told))

    def submits(self, path: str, **fields: str | list[str]) -> Answer:
        """Send a form of the account page's session."""
        return self.post(path, csrf=self.csrf, **fields)

    @property
    def csrf(self) -> str:
        return self.get("/editor/account").page.values("//input[@name='csrf']/@value")[0]

    @property
    def session(self) -> EditorSession:
        with reading(self.site.sessions) as session:
            found = sessions_store.known(session, token_hash(self.secret))
        assert found
        return found[1]

    @property
    def _headers(self) -> dict[str, str]:
        cookie = {"Cookie": f"__Host-session={self.secret}"} if self.secret else {}
        return {"User-Agent": self.agent, **cookie}

    def _keep(self, answer: Answer) -> Answer:
        if cookie := answer.headers["Set-Cookie"]:
            self.secret = cookie.partition("=")[2].partition(";")[0]
        return answer

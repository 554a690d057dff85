"""What every answer promises to browsers, and how much anybody may send us."""

import http.client

import pytest
from sqlalchemy import text

from db.engine import Sessions
from digest.web.security import LARGEST_BODY
from tests.doors.site import FORM, LiveSite, serve

PAGES = ["/", "/issues", "/bookmarks", "/healthz", "/feed.xml", "/feed.atom", "/feed.json"]
FILES = {
    "site.css": "text/css",
    "desk.css": "text/css",
    "bookmarks.js": "text/javascript",
    "passkeys.js": "text/javascript",
    "sign-up.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
PROMISES = {
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Permissions-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Referrer-Policy",
    "Strict-Transport-Security",
}


@pytest.mark.parametrize("path", [*PAGES, *(f"/static/{name}" for name in FILES)])
def test_every_page_answers_head_as_it_answers_get(site: LiveSite, path: str) -> None:
    asked, looked = site.get(path), site.ask("HEAD", path)
    assert (asked.status, looked.status) == (200, 200)
    assert looked.body == b""
    for name in ("Content-Type", "Content-Length", "Cache-Control"):
        assert asked.headers[name] == looked.headers[name]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        *[("GET", path, 200) for path in PAGES],
        ("GET", "/nothing", 404),
        ("POST", "/issues", 405),
        ("POST", "/unsubscribe/forged", 404),
        ("POST", "/subscribe", 422),
    ],
)
def test_every_answer_promises_the_same(
    site: LiveSite, method: str, path: str, status: int
) -> None:
    answer = site.ask(method, path)
    assert answer.status == status
    assert set(answer.headers.keys()) >= {name.lower() for name in PROMISES}
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Set-Cookie"] is None


def test_a_crash_is_a_page_with_the_same_promises(site: LiveSite) -> None:
    with site.sessions.begin() as session:
        session.execute(text("ALTER TABLE comparisons RENAME TO elsewhere"))
    answer = site.get("/")
    assert answer.status == 500
    assert answer.page.text("//h1") == "Something broke on our side"
    assert set(answer.headers.keys()) >= {name.lower() for name in PROMISES}


def test_a_site_without_https_does_not_ask_browsers_for_it(sessions: Sessions) -> None:
    with serve(sessions, base_url="http://127.0.0.1") as site:
        assert site.get("/").headers["Strict-Transport-Security"] is None


@pytest.mark.parametrize(("name", "kind"), FILES.items())
def test_a_browser_keeps_static_files(site: LiveSite, name: str, kind: str) -> None:
    answer = site.get(f"/static/{name}")
    assert answer.headers["Content-Type"].startswith(kind)
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    again = site.get(f"/static/{name}", If_None_Match=answer.headers["ETag"])
    assert (again.status, again.body) == (304, b"")


def test_the_style_sheets_are_small_and_the_icon_carries_the_initial(site: LiveSite) -> None:
    assert len(site.get("/static/site.css").body) < 10_000
    assert len(site.get("/static/desk.css").body) < 8_000
    assert b">S</text>" in site.get("/static/icon.svg").body
    assert site.get("/").page.values("//link[@rel='icon']/@href") == ["/static/icon.svg"]


# --- how much anybody may send -------------------------------------------------------------


@pytest.mark.parametrize("path", ["/subscribe", "/unsubscribe/forged", "/nothing"])
def test_a_body_that_announces_too_much_is_refused_unread(site: LiveSite, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    connection.putrequest("POST", path)
    connection.putheader("Content-Length", str(10**12))
    connection.endheaders()
    response = connection.getresponse()
    assert (response.status, response.headers["Connection"]) == (413, "close")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    connection.close()


def test_a_body_that_grows_too_large_is_refused_as_it_comes(site: LiveSite) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    connection.putrequest("POST", "/subscribe")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    connection.send(b"%x\r\n%s\r\n" % (LARGEST_BODY + 1, b"e" * (LARGEST_BODY + 1)))
    assert connection.getresponse().status == 413  # although the last chunk never came
    connection.close()


def test_a_body_of_the_largest_size_is_read(site: LiveSite) -> None:
    start = b"email=reader%40inbox.example&website=&filler="
    answer = site.post("/subscribe", start.ljust(LARGEST_BODY, b"x"), FORM)
    assert answer.status == 200
    assert len(site.mail) == 1

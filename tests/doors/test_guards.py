"""What stands before the site: whom it answers, from whose pages, and how patient it is."""

import http.client
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from db.engine import Sessions
from digest import settings
from digest.web.security import LARGEST_HEAD, Trust, client
from digest.web.security.limits import BodyLimit
from digest.web.security.proxies import Proxies
from digest.web.server import PatientProtocol, configuration
from tests.doors.site import FORM, LiveSite, running, serve

OURS = "https://shiporskip.example"
SOMEBODY = b"email=reader%40inbox.example"


def posted(site: LiveSite, headers: Mapping[str, str], path: str = "/subscribe") -> int:
    return site.ask("POST", path, SOMEBODY, {"Content-Type": FORM, **headers}).status


# --- forms on pages of somebody else -------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "same-origin", "Cookie": "a=b"},
        {"Origin": OURS},
        {"Origin": "https://SHIPORSKIP.example"},
        {"Origin": OURS, "Cookie": "a=b"},
        {},  # curl, or a browser of the last decade
    ],
)
def test_our_own_forms_are_taken(site: LiveSite, headers: dict[str, str]) -> None:
    assert posted(site, headers) == 200
    assert len(site.mail) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": OURS},
        {"Sec-Fetch-Site": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "https://shiporskip.example.evil.example"},
        {"Origin": "https://shiporskip.example:444"},
        {"Origin": "http://shiporskip.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Cookie": "a=b"},
    ],
)
def test_a_form_of_another_site_is_refused_and_does_nothing(
    site: LiveSite, headers: dict[str, str]
) -> None:
    answer = site.ask("POST", "/subscribe", SOMEBODY, {"Content-Type": FORM, **headers})
    assert answer.status == 403
    assert answer.page.text("//h1") == "That came from another site"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert site.mail == []
    assert site.reader("reader@inbox.example") is None


def test_a_page_at_the_address_of_this_machine_is_ours(site: LiveSite) -> None:
    assert posted(site, {"Origin": f"http://127.0.0.1:{site.port}"}) == 200
    assert posted(site, {"Origin": f"http://127.0.0.1:{site.port + 1}"}) == 403


def test_one_click_leaving_comes_from_anywhere(site: LiveSite) -> None:
    way_out = site.way_out(site.has_reader("reader@inbox.example"))
    elsewhere = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site", "Cookie": "a=b"}
    assert posted(site, elsewhere, way_out) == 200


def test_looking_is_free_wherever_a_link_stood(site: LiveSite) -> None:
    elsewhere = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert site.ask("GET", "/", headers=elsewhere).status == 200
    assert site.ask("HEAD", "/", headers=elsewhere).status == 200


# --- names ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("shiporskip.example", 200),
        ("SHIPORSKIP.example:443", 200),
        ("shiporskip.example.", 200),
        ("localhost", 200),
        ("localhost:8000", 200),
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("evil.example", 400),
        ("shiporskip.example.evil.example", 400),
        ("notshiporskip.example", 400),
        ("203.0.113.9", 400),
        ("", 400),
        ("shiporskip.example:http", 400),
        ("a@shiporskip.example", 400),
        ("shiporskip.example/..", 400),
    ],
)
def test_the_site_answers_to_its_names_alone(site: LiveSite, host: str, status: int) -> None:
    assert site.get("/", Host=host).status == status


def test_names_of_the_settings_are_ours_too(sessions: Sessions) -> None:
    chosen = settings.read({"DIGEST_TRUSTED_HOSTS": "www.shiporskip.example, [2001:db8::9]"})
    with serve(sessions, trust=Trust(chosen.trusted_hosts)) as site:
        assert site.get("/", Host="www.shiporskip.example").status == 200
        assert site.get("/", Host="[2001:db8::9]:8000").status == 200
        assert site.get("/", Host="ftp.shiporskip.example").status == 400


def test_who_watches_the_service_may_use_any_address(site: LiveSite) -> None:
    assert site.get("/healthz", Host="10.1.2.3:8000").status == 200
    assert site.get("/readyz", Host="pod-7").status == 200


# --- proxies -------------------------------------------------------------------------------


class WhoAsks:
    """A site that only tells who asks, and by which scheme."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        said = PlainTextResponse(f"{client(request)} {request.url.scheme}")
        await said(scope, receive, send)


def seen(proxies: str, headers: dict[str, str]) -> str:
    trusted = settings.read({"DIGEST_TRUSTED_PROXIES": proxies}).trusted_proxies
    with listening(Proxies(WhoAsks(), trusted)) as port:
        return asked(port, headers).decode()


FORWARDED = {"X-Forwarded-For": "198.51.100.7, 203.0.113.9", "X-Forwarded-Proto": "https"}


def test_what_a_proxy_of_ours_says_is_believed() -> None:
    assert seen("127.0.0.1", FORWARDED) == "203.0.113.9 https"
    assert seen("10.0.0.0/8, 127.0.0.0/8", FORWARDED) == "203.0.113.9 https"
    assert seen("127.0.0.1", {"X-Forwarded-Proto": "http, gopher"}) == "127.0.0.1 http"


def test_what_anybody_else_says_is_not(caplog: pytest.LogCaptureFixture) -> None:
    assert seen("", FORWARDED) == "127.0.0.1 http"
    assert "set DIGEST_TRUSTED_PROXIES to 127.0.0.1" in caplog.text
    assert seen("10.0.0.0/8", FORWARDED) == "127.0.0.1 http"


# --- patience ------------------------------------------------------------------------------


class Hasty(PatientProtocol):
    seconds = 0.2


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: local", b"POST"])
def test_who_does_not_say_what_they_want_is_hung_up_on(begun: bytes) -> None:
    with listening(WhoAsks(), http=Hasty) as port, a_connection(port) as connection:
        connection.sendall(begun)
        assert connection.recv(100) == b""


def test_a_connection_may_ask_again_and_is_waited_for_anew() -> None:
    with listening(WhoAsks(), http=Hasty) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for _ in range(3):
            connection.request("GET", "/")
            assert connection.getresponse().read() == b"127.0.0.1 http"
        connection.sock.sendall(b"GET / HT")
        assert connection.sock.recv(100) == b""
        connection.close()


def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    with listening(BodyLimit(WhoAsks(), seconds=0.2)) as port, a_connection(port) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf")
        answer = connection.recv(10_000)
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"connection: close" in answer.lower()


def test_a_head_that_is_too_large_is_refused(site: LiveSite) -> None:
    assert site.get("/", X_Long="x" * LARGEST_HEAD).status == 431
    assert site.get(f"/?q={'x' * LARGEST_HEAD}").status == 431
    assert site.get("/", X_Long="x" * (LARGEST_HEAD // 2)).status == 200


def test_an_answer_given_twice_makes_each_promise_once(site: LiveSite) -> None:
    for _ in range(2):
        answer = site.get("/", X_Long="x" * LARGEST_HEAD)
        assert len(answer.headers.get_all("X-Content-Type-Options") or []) == 1


def test_the_server_says_no_more_of_itself_than_it_must(site: LiveSite) -> None:
    assert site.get("/").headers["Server"] is None
    assert site.get("/nothing").headers["Server"] is None


def test_feeds_and_pictures_may_be_shown_on_other_sites_and_pages_may_not(site: LiveSite) -> None:
    policy = "Cross-Origin-Resource-Policy"
    for path in ("/feed.xml", "/feed.atom", "/feed.json", "/static/icon.svg"):
        assert site.get(path).headers[policy] == "cross-origin"
    for path in ("/", "/static/site.css", "/static/bookmarks.js"):
        assert site.get(path).headers[policy] == "same-origin"


@contextmanager
def listening(app: ASGIApp, **options: Any) -> Iterator[int]:
    """The port of an application that is served as the site is."""
    usual: dict[str, Any] = {"host": "127.0.0.1", "port": 0, "log_config": None}
    with running(uvicorn.Server(configuration(app, **(usual | options)))) as port:
        yield port


def a_connection(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def asked(port: int, headers: dict[str, str]) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/", headers=headers)
    body = connection.getresponse().read()
    connection.close()
    return body

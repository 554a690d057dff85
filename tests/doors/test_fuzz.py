"""Whatever is sent to whichever door: an answer, and never a failure of ours."""

from dataclasses import dataclass
from itertools import product
from urllib.parse import quote_from_bytes, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.doors.site import FORM, LiveSite
from tests.web import publication, walk

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
KINDS = (
    FORM,
    f"{FORM}; charset=utf-16",
    "multipart/form-data; boundary=b",
    "multipart/form-data",
    "application/json",
    "text/plain; charset=nonsense",
    "nonsense",
    "",
)
QUERIES = ("q", "page", "category", "call", "sort")
FRESHNESS = ("If-None-Match", "If-Modified-Since", "Range", "Accept", "Accept-Language", "Cookie")
OURS = {"Sec-Fetch-Site": "same-origin"}
NOBODY = (0, 2**31, 2**63, 10**30)  # numbers of readers that no database holds
LATIN = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"))


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    body: bytes
    headers: dict[str, str]


def texts(known: list[str]) -> st.SearchStrategy[bytes]:
    """Any bytes, any text, what is known, and what is known with one thing wrong."""
    good = st.sampled_from(known)
    return st.one_of(
        st.binary(max_size=40),
        st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")),
        good.map(str.encode),
        st.builds(spoilt, good, st.integers(0, 200), st.binary(max_size=3)),
    )


def spoilt(text: str, place: int, with_what: bytes) -> bytes:
    """A text with a byte replaced, or cut out, or some put in its place."""
    data = text.encode()
    at = place % (len(data) + 1)
    return data[:at] + with_what + data[at + 1 :]


def targets(routes: list[walk.Route], known: list[str]) -> st.SearchStrategy[tuple[str, str]]:
    """Method and path, of every route of the application with any parameters, and of none."""

    def at(route: walk.Route) -> st.SearchStrategy[tuple[str, str]]:
        pieces = walk.PARAMETER.split(route.path)[::2]
        values = st.lists(texts(known), min_size=len(pieces) - 1, max_size=len(pieces) - 1)
        path = values.map(lambda found: joined(pieces, found))
        return st.tuples(st.sampled_from(sorted(route.methods)), path)

    any_path = texts(known).map(lambda data: "/" + quote_from_bytes(data))
    elsewhere = st.tuples(st.sampled_from(METHODS), any_path)
    return st.one_of(st.sampled_from(routes).flatmap(at), elsewhere)


def joined(pieces: list[str], values: list[bytes]) -> str:
    quoted = [*(quote_from_bytes(value, safe="") for value in values), ""]
    return "".join(piece + value for piece, value in zip(pieces, quoted, strict=True))


def bodies(fields: list[str], known: list[str]) -> st.SearchStrategy[bytes]:
    form = st.lists(st.tuples(st.sampled_from(fields), texts(known)), max_size=6)
    return st.one_of(st.just(b""), st.binary(max_size=200), form.map(encoded), form.map(in_parts))


def encoded(form: list[tuple[str, bytes]]) -> bytes:
    return urlencode(form).encode()


def in_parts(form: list[tuple[str, bytes]]) -> bytes:
    head = b'--b\r\nContent-Disposition: form-data; name="%s"; filename="f"\r\n\r\n%s\r\n'
    return b"".join(head % (name.encode(), value) for name, value in form) + b"--b--\r\n"


def requests(site: LiveSite, known: list[str], fields: list[str]) -> st.SearchStrategy[Request]:
    queries = st.dictionaries(st.sampled_from(QUERIES), texts(known), max_size=2).map(urlencode)
    kinds = st.sampled_from(KINDS).map(lambda kind: {"Content-Type": kind})
    others = st.dictionaries(st.sampled_from(FRESHNESS), LATIN.map(str.strip), max_size=2)
    return st.builds(
        lambda target, query, body, kind, other: Request(
            target[0], f"{target[1]}?{query}", body, OURS | kind | other
        ),
        targets(walk.routes(site), known),
        queries,
        bodies(fields, known),
        kinds,
        others,
    )


@pytest.fixture
def known(site: LiveSite) -> list[str]:
    """What the doors are made for: tokens of a reader, names of pages, an address."""
    publication.publish(site)
    number = site.has_reader(publication.READER)
    site.fill_in("/subscribe", email="newcomer@inbox.example")
    tokens = [*publication.every_token(site, number), *publication.mailed_tokens(site)]
    absent = [token for number in NOBODY for token in publication.every_token(site, number)]
    return [*tokens, *absent, *walk.KNOWN.values(), publication.READER, "ship", "1", "-1", "1e9"]


@pytest.mark.slow
def test_every_door_answers_whatever_is_sent(site: LiveSite, known: list[str]) -> None:
    pages = [path for path in walk.linked(site) if walk.is_page(site, path)]
    own = walk.readers_pages(site, known)
    fields = sorted({name for path in [*pages, *own] for name in walk.field_names(site, path)})
    assert {"email", "website"} <= set(fields)

    @settings(max_examples=400, suppress_health_check=list(HealthCheck))
    @given(requests(site, known, fields))
    def answers(asked: Request) -> None:
        answer = site.ask(asked.method, asked.path, asked.body, asked.headers)
        assert answer.status < 500, answer.body
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            assert {"httponly", "secure", "samesite=lax"} <= set(cookie.lower().split("; "))

    answers()
    assert site.get("/").status == 200


@pytest.mark.parametrize("number", NOBODY)
def test_a_link_of_nobody_is_answered_at_every_door(site: LiveSite, number: int) -> None:
    tokens = publication.every_token(site, number)
    doors = [route for route in walk.routes(site) if "{token}" in route.path]
    for route in doors:
        for token, method in product(tokens, sorted(route.methods)):
            path = walk.fill(route.path, token=token)
            assert site.ask(method, path, headers=OURS).status < 500, f"{method} {path}"

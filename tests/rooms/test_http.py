"""Fetching, against a real server on this machine."""

import gzip
import time
import zlib
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.ports import Request, Response
from sources.addresses import Allowance
from sources.http import LIMITS, Limits, fetch, is_public
from tests.feed_server import Answer, FeedServer

AGENT = "ship-or-skip-tests/1.0"
SMALL = Limits(total=0.5, body=100_000)


def fetch_one(request: Request, **options: Any) -> Response:
    [response] = fetch([request], **options)
    return response


def get(
    server: FeedServer,
    url: str,
    *,
    limits: Limits = LIMITS,
    etag: str = "",
    last_modified: str = "",
) -> Response:
    request = Request(url, etag=etag, last_modified=last_modified)
    allowed = frozenset({server.authority})
    return fetch_one(request, user_agent=AGENT, allow_private=allowed, limits=limits)


def test_a_document_comes_with_its_headers_in_lower_case() -> None:
    with FeedServer() as server:
        url = server.script("/feed", Answer(b"<rss/>", headers={"ETag": '"v1"', "X-Odd": "Yes"}))
        response = get(server, url)
    assert (response.url, response.status, response.body) == (url, 200, b"<rss/>")
    assert (response.headers["etag"], response.headers["x-odd"]) == ('"v1"', "Yes")
    assert response.error == ""


def test_we_say_who_we_are() -> None:
    with FeedServer() as server:
        get(server, server.script("/feed", Answer(b"x")))
        assert server.asked[0].headers["User-Agent"] == AGENT


def test_validators_go_back_byte_for_byte_and_304_has_no_body() -> None:
    with FeedServer() as server:
        url = server.script("/feed", Answer(status=304, headers={"ETag": 'W/"é  1"'}))
        response = get(server, url, etag='W/"a;  b"', last_modified="Mon, 01 Jan 2041 00:00:00 GMT")
        sent = server.asked[0].headers
    assert sent["If-None-Match"] == 'W/"a;  b"'
    assert sent["If-Modified-Since"] == "Mon, 01 Jan 2041 00:00:00 GMT"
    assert (response.status, response.body, response.error) == (304, b"", "")


def test_a_form_is_posted_and_its_answer_taken_as_it_comes() -> None:
    form = (("hub.mode", "publish"), ("hub.url", "https://shiporskip.example/feed.xml?a=1&b=é"))
    with FeedServer() as server:
        elsewhere = Answer(status=307, headers={"Location": "/elsewhere"})
        url = server.script("/hub", Answer(status=204), elsewhere)
        answers = [
            fetch_one(
                Request(url, form=form),
                user_agent=AGENT,
                allow_private=frozenset({server.authority}),
            )
            for _ in range(2)
        ]
        assert [answer.status for answer in answers] == [204, 307]
        assert [asked.form for asked in server.asked] == [form, form]
        kind = server.asked[0].headers["Content-Type"]
    assert kind == "application/x-www-form-urlencoded"


def test_no_form_is_posted_to_a_private_address() -> None:
    with FeedServer() as server:
        request = Request(
            server.script("/hub", Answer(status=204)), form=(("hub.mode", "publish"),)
        )
        answer = fetch_one(request, user_agent=AGENT)
        assert "is a private address" in answer.error
        assert server.asked == []


def test_without_validators_none_are_sent() -> None:
    with FeedServer() as server:
        get(server, server.script("/feed", Answer(b"x")))
        assert "If-None-Match" not in server.asked[0].headers
        assert "If-Modified-Since" not in server.asked[0].headers


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"<rss/>", mtime=0)),
        ("deflate", zlib.compress(b"<rss/>")),
        ("br", brotli.compress(b"<rss/>")),
    ],
)
def test_compressed_documents_are_opened(coding: str, packed: bytes) -> None:
    with FeedServer() as server:
        url = server.script("/feed", Answer(packed, headers={"Content-Encoding": coding}))
        assert get(server, url).body == b"<rss/>"


def test_an_error_page_is_an_answer() -> None:
    with FeedServer() as server:
        response = get(server, server.script("/feed", Answer(b"gone", status=410)))
    assert (response.status, response.body, response.error) == (410, b"gone", "")


def test_a_redirect_is_followed_to_where_the_document_is() -> None:
    with FeedServer() as server:
        server.script("/new", Answer(b"<rss/>"))
        url = server.script("/old", Answer(status=301, headers={"Location": "/new"}))
        response = get(server, url)
    assert (response.url, response.body) == (server.url("/new"), b"<rss/>")


def test_five_redirects_are_followed_and_a_sixth_is_not() -> None:
    with FeedServer() as server:
        server.script("/0", Answer(b"<rss/>"))
        for step in range(1, 7):
            server.script(f"/{step}", Answer(status=302, headers={"Location": f"/{step - 1}"}))
        assert get(server, server.url("/5")).body == b"<rss/>"
        assert get(server, server.url("/6")).error == "more than 5 redirects"


def test_a_redirect_to_a_private_address_is_refused() -> None:
    with FeedServer() as server, FeedServer() as neighbour:
        secret = neighbour.script("/secret", Answer(b"secret"))
        url = server.script("/feed", Answer(status=302, headers={"Location": secret}))
        response = get(server, url)
    assert response.error.startswith("127.0.0.1 is a private address")
    assert "DIGEST_ALLOW_PRIVATE_FEEDS" in response.error
    assert (response.status, response.body, neighbour.asked) == (0, b"", [])


def test_a_redirect_to_a_file_is_refused() -> None:
    with FeedServer() as server:
        url = server.script("/feed", Answer(status=302, headers={"Location": "file:///etc/hosts"}))
        assert "only http and https" in get(server, url).error


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "0.0.0.0", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"]
)
def test_every_way_to_write_this_machine_is_refused(host: str) -> None:
    with FeedServer() as server:
        server.script("/", Answer(b"secret"))
        response = fetch_one(Request(f"http://{host}:{server.port}/"), user_agent=AGENT)
    assert response.error in (
        f"{response.error.partition(' ')[0]} is a private address; "
        "list it in DIGEST_ALLOW_PRIVATE_FEEDS to allow it",
        "it is not a web address",
    )
    assert server.asked == []


@pytest.mark.parametrize("entry", ["127.0.0.1", "127.0.0.0/8", "localhost", "LOCALHOST"])
def test_a_private_address_can_be_allowed_by_number_network_or_name(entry: str) -> None:
    host = "localhost" if entry.lower() == "localhost" else "127.0.0.1"
    with FeedServer() as server:
        server.script("/", Answer(b"ours"))
        request = Request(f"http://{host}:{server.port}/")
        response = fetch_one(request, user_agent=AGENT, allow_private=frozenset({entry}))
    assert response.body == b"ours"


def test_allowing_one_port_allows_no_other() -> None:
    with FeedServer() as server:
        allowed = frozenset({f"127.0.0.1:{server.port + 1}"})
        response = fetch_one(Request(server.url()), user_agent=AGENT, allow_private=allowed)
    assert "is a private address" in response.error


@pytest.mark.parametrize("url", ["file:///etc/hosts", "ftp://tools.example/", "tools.example", ""])
def test_only_the_web_is_fetched(url: str) -> None:
    response = fetch_one(Request(url), user_agent=AGENT)
    assert response.error.startswith("only http and https addresses are fetched")


@pytest.mark.parametrize("url", ["http://", "http://[oops/", "http://a b/", "http://x:99999/"])
def test_what_is_no_address_is_an_error_and_no_exception(url: str) -> None:
    response = fetch_one(Request(url), user_agent=AGENT)
    assert response.error
    assert "\n" not in response.error


def test_a_body_beyond_the_cap_is_given_up() -> None:
    with FeedServer() as server:
        url = server.script("/feed", Answer(b"x" * 200_000))
        assert get(server, url, limits=SMALL).error == "more than 100000 bytes"


def test_the_usual_cap_is_told_in_mebibytes() -> None:
    with FeedServer() as server:
        url = server.script("/feed", Answer(b"x" * (5 * 1024 * 1024 + 1)))
        assert get(server, url).error == "more than 5 MiB"


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_a_bomb_is_given_up_before_it_is_unpacked(coding: str) -> None:
    pack = {"gzip": gzip.compress, "br": brotli.compress}[coding]
    with FeedServer() as server:
        bomb = Answer(pack(bytes(64 * 1024 * 1024)), headers={"Content-Encoding": coding})
        url = server.script("/feed", bomb)
        assert get(server, url).error == "more than 5 MiB"


def test_a_slow_answer_is_not_waited_for() -> None:
    with FeedServer() as server:
        url = server.script("/feed", Answer(b"late", seconds=5))
        started = time.monotonic()
        response = get(server, url, limits=SMALL)
    assert response.error == "no answer within 0.5 seconds"
    assert time.monotonic() - started < 2


def test_an_answer_that_breaks_off_is_an_error() -> None:
    with FeedServer() as server:
        answer = Answer(b"<rss>", headers={"Content-Length": "500", "Connection": "close"})
        url = server.script("/feed", answer)
        assert get(server, url).error == "the answer broke off or cannot be decompressed"


def test_a_body_that_is_not_compressed_as_said_is_an_error() -> None:
    with FeedServer() as server:
        url = server.script("/feed", Answer(b"plain", headers={"Content-Encoding": "gzip"}))
        assert get(server, url).error == "the answer broke off or cannot be decompressed"


def test_nobody_at_home_is_an_error() -> None:
    with FeedServer() as server:
        url, allowed = server.url(), frozenset({server.authority})
    response = fetch_one(Request(url), user_agent=AGENT, allow_private=allowed)
    assert response.error.startswith("cannot connect")


def test_a_host_nobody_knows_is_an_error() -> None:
    response = fetch_one(Request("http://no-such-host.invalid/"), user_agent=AGENT)
    assert response.error == "there is no host no-such-host.invalid"


def test_responses_stand_in_the_order_of_the_requests_whatever_fails() -> None:
    with FeedServer() as server:
        server.script("/slow", Answer(b"slow", seconds=0.2))
        server.script("/fast", Answer(b"fast"))
        requests = [Request(server.url("/slow")), Request("ftp://x"), Request(server.url("/fast"))]
        allowed = frozenset({"127.0.0.1"})
        responses = fetch(requests, user_agent=AGENT, allow_private=allowed)
    assert [response.body for response in responses] == [b"slow", b"", b"fast"]


def test_a_host_is_asked_for_two_documents_at_once_at_most() -> None:
    with FeedServer() as server:
        server.script("/feed", Answer(b"x", seconds=0.05))
        requests = [Request(server.url("/feed"))] * 8
        responses = fetch(requests, user_agent=AGENT, allow_private=frozenset({"127.0.0.1"}))
    assert [response.status for response in responses] == [200] * 8
    assert server.most_at_once == 2


def test_waiting_for_a_turn_is_not_slowness() -> None:
    with FeedServer() as server:
        server.script("/feed", Answer(b"x", seconds=0.2))
        requests = [Request(server.url("/feed"))] * 8
        responses = fetch(
            requests, user_agent=AGENT, allow_private=frozenset({"127.0.0.1"}), limits=SMALL
        )
    assert {response.error for response in responses} == {""}


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_hosts_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(address)


# fmt: off
ELSEWHERE = (
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.0.0.8", "198.18.0.1",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1", "100::1", "2001:db8::1",
    "", "localhost", "127.1", "1.2.3",
)
# fmt: on


@pytest.mark.parametrize("address", ELSEWHERE)
def test_all_other_addresses_are_not(address: str) -> None:
    assert not is_public(address)


@given(st.ip_addresses())
def test_nothing_private_or_multicast_is_ever_public(ip: IPv4Address | IPv6Address) -> None:
    assert not (is_public(str(ip)) and (ip.is_private or ip.is_multicast or ip.is_loopback))


@given(st.ip_addresses(v=4))
def test_an_address_is_judged_alike_in_ipv6_clothes(ip: IPv4Address) -> None:
    assert is_public(f"::ffff:{ip}") == is_public(str(ip))


def test_an_allowance_knows_hosts_networks_and_ports() -> None:
    allowance = Allowance.of(frozenset({"feeds.internal:8080", "10.0.0.0/8", "[::1]:99"}))
    assert allowance.names("Feeds.Internal", 8080)
    assert not allowance.names("feeds.internal", 80)
    assert allowance.holds("10.9.8.7", 1)
    assert allowance.holds("::1", 99)
    assert not allowance.holds("::1", 98)

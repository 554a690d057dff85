"""Feeds that mean harm: each is refused with a reason in its row, and its neighbour is read."""

import gzip
import socket
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from db.engine import reading
from db.store import launches as store
from digest import desk
from digest.errors import SourceError
from digest.model import Feed
from sources.feeds import parse
from sources.http import Limits, fetch
from tests.attacks import AN_ITEM, END, ENTITY_BOMBS, RSS, a_gibibyte, with_entities
from tests.feed_server import Answer, FeedServer
from tests.newsroom import Newsroom, a_product_hunt_feed

GOOD = a_product_hunt_feed(("Callhorn", "Answers the phone"), ("Inkmoor", "Writes alt texts"))
PRIVATE = " is a private address; list it in DIGEST_ALLOW_PRIVATE_FEEDS to allow it"


def refusals(newsroom: Newsroom, *attacks: Answer) -> list[str]:
    """Why feeds that attack once they are followed are refused, each in its row."""
    for number, attack in enumerate(attacks):
        newsroom.follows(f"/bad/{number}", GOOD, attack)
    newsroom.follows("/good", GOOD)
    *bad, good = newsroom.collects()
    assert (good.failure, good.entries, good.new) == ("", 2, 2)
    *attackers, unharmed = rows(newsroom)
    assert (unharmed.failure, unharmed.failures) == ("", 0)
    assert {(report.new, row.failures) for report, row in zip(bad, attackers, strict=True)} == {
        (0, 1)
    }
    return [row.failure for row in attackers]


def rows(newsroom: Newsroom) -> list[Feed]:
    with reading(newsroom.sessions) as session:
        return store.feeds(session)


def a_redirect(to: str) -> Answer:
    in_utf8 = to.encode().decode("latin-1")  # as which http.server writes it
    return Answer(status=302, headers={"Location": in_utf8})


def is_hurried(newsroom: Newsroom, seconds: float) -> None:
    """Give feeds so many seconds from here on."""
    hurried = partial(
        fetch,
        user_agent="hostile-feeds-tests/1.0",
        allow_private=frozenset([newsroom.web.authority]),
        limits=Limits(total=seconds),
    )
    newsroom.parts = replace(newsroom.parts, fetch=hurried)


# --- too much ------------------------------------------------------------------------------


def test_bombs_are_given_up_before_they_are_unpacked(newsroom: Newsroom) -> None:
    codings = ("gzip", "deflate", "br")
    bombs = [Answer(a_gibibyte(one), headers={"Content-Encoding": one}) for one in codings]
    assert refusals(newsroom, *bombs) == ["more than 5 MiB"] * 3


def test_a_feed_of_200_000_items_is_more_than_is_read(newsroom: Newsroom) -> None:
    items = RSS + AN_ITEM * 200_000 + END
    packed = Answer(gzip.compress(items), headers={"Content-Encoding": "gzip"})
    assert refusals(newsroom, Answer(items), packed) == ["more than 5 MiB"] * 2


def test_headers_without_end_are_not_listened_to(newsroom: Newsroom) -> None:
    [long] = refusals(newsroom, Answer(GOOD, headers={"ETag": "e" * 1_000_000}))
    assert long.startswith("the answer is not HTTP")


def test_a_body_that_drips_is_given_up(newsroom: Newsroom) -> None:
    newsroom.follows("/slow", GOOD, Answer(GOOD, pause=0.05))
    newsroom.follows("/good", GOOD)
    is_hurried(newsroom, 0.5)
    assert [report.failure for report in newsroom.collects()] == [
        "no answer within 0.5 seconds",
        "",
    ]
    assert [row.failure for row in rows(newsroom)] == ["no answer within 0.5 seconds", ""]


def test_slow_redirects_share_one_limit(newsroom: Newsroom) -> None:
    newsroom.web.script("/second", replace(a_redirect("/third"), seconds=0.3))
    newsroom.web.script("/third", replace(a_redirect("/fourth"), seconds=0.3))
    newsroom.follows("/slow", GOOD, a_redirect("/second"))
    is_hurried(newsroom, 0.5)
    assert [report.failure for report in newsroom.collects()] == ["no answer within 0.5 seconds"]


def test_redirects_that_lead_in_a_circle_are_left(newsroom: Newsroom) -> None:
    newsroom.web.script("/there", a_redirect("/back"))
    newsroom.web.script("/back", a_redirect("/there"))
    to_itself, to_another = a_redirect("/bad/0"), a_redirect("/there")
    assert refusals(newsroom, to_itself, to_another) == ["more than 5 redirects"] * 2


# --- entities ------------------------------------------------------------------------------


@pytest.mark.parametrize("bomb", ENTITY_BOMBS.values(), ids=ENTITY_BOMBS)
def test_entities_that_grow_do_not(newsroom: Newsroom, bomb: bytes) -> None:
    newsroom.follows("/bomb", bomb)
    newsroom.follows("/good", GOOD)
    bad, good = newsroom.collects()
    assert (bad.failure, bad.entries, good.failure, good.new) == ("", 1, "", 2)
    [entry] = parse("https://bomb.example/feed", bomb).entries
    assert len(entry.title) < 500_000


def test_an_entity_opens_no_file_and_no_address(newsroom: Newsroom, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the word is harbour", encoding="utf-8")
    trap = newsroom.web.script("/trap", Answer(b'<!ENTITY c "the word is harbour">'))
    for number, system in enumerate((secret.as_uri(), str(secret), trap)):
        declared = f'<!ENTITY a SYSTEM "{system}"><!ENTITY % b SYSTEM "{system}"> %b;'.encode()
        document = with_entities(declared, b"Known: &a;&c;")
        newsroom.follows(f"/{number}", document)
        [entry] = parse("https://thief.example/feed", document).entries
        assert "harbour" not in repr(entry)
    assert [report.failure for report in newsroom.collects()] == [""] * 3
    assert "/trap" not in [asked.path for asked in newsroom.web.asked]


# --- where we must not go --------------------------------------------------------------------

# Each means this machine or this network, `%d` is the port of a server that must not be asked.
NOT_PUBLIC = (
    *("127.0.0.1:%d", "127.8.8.8:%d", "0x7f000001:%d", "0x7f.1:%d", "0.0.0.0:%d", "localhost:%d"),
    *("LOCALHOST:%d", "[::1]:%d", "[::]:%d", "[0:0:0:0:0:0:0:1]:%d", "[::127.0.0.1]:%d"),
    *("[::ffff:127.0.0.1]:%d", "[::ffff:7f00:1]:%d", "[::ffff:0:127.0.0.1]:%d"),
    *("[64:ff9b::7f00:1]:%d", "[64:ff9b:1::7f00:1]:%d", "[2002:7f00:1::]:%d", "[2001:0:7f00:1::]"),
    *("169.254.169.254", "[::ffff:169.254.169.254]", "[fd00:ec2::254]", "[fe80::1]"),
    *("10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "192.0.0.8", "198.18.0.1"),
    *("224.0.0.1", "255.255.255.255", "240.0.0.1", "[ff02::1]", "[ff0e::1]", "[fec0::1]"),
    *("user:word@127.0.0.1:%d", "feeds.example@127.0.0.1:%d", "feeds.example:80@127.0.0.1:%d"),
    *("127.0.0.1:%d#@feeds.example", "127.0.0.1:%d?@feeds.example"),
    *("①②⑦.⓪.⓪.①:%d", "127。0。0。1:%d", "１２７.0.0.1:%d", "ⓛocalhost:%d"),
)
# Spellings that only some resolvers take for an address are no addresses here.
NO_ADDRESS = (
    *("2130706433", "3232235521", "017700000001", "0177.0.0.1", "0300.0250.0.1", "127.1", "0"),
    *("127.0.0.1.", "127.0.0.1\\@feeds.example", "[::1", "[]", "[127.0.0.1]", ".", "%%"),
)
OTHER_SCHEMES = (
    *("file:///etc/hostname", "gopher://127.0.0.1:25/_QUIT", "ftp://feeds.example/feed", "data:,x"),
    *(
        "FILE:///etc/hostname",
        "dict://127.0.0.1:11211/stats",
        "javascript:alert(1)",
        "ws://a.example/",
    ),
)


def addresses(hosts: Iterable[str], port: int) -> list[str]:
    return [f"http://{host.replace('%d', str(port))}/" for host in hosts]


def test_no_redirect_leads_into_the_house(newsroom: Newsroom) -> None:
    with FeedServer() as neighbour:
        targets = addresses(NOT_PUBLIC, neighbour.port)
        reasons = refusals(newsroom, *map(a_redirect, targets))
    assert [reason.partition(" ")[2] for reason in reasons] == [PRIVATE[1:]] * len(targets)
    assert neighbour.asked == []


def test_no_redirect_leads_to_what_may_be_read_as_an_address(newsroom: Newsroom) -> None:
    with FeedServer() as neighbour:
        reasons = refusals(newsroom, *map(a_redirect, addresses(NO_ADDRESS, neighbour.port)))
    assert all(reasons)
    assert not [reason for reason in reasons if reason.startswith("cannot connect")]
    assert neighbour.asked == []


def test_no_redirect_leads_out_of_the_web(newsroom: Newsroom) -> None:
    reasons = refusals(newsroom, *map(a_redirect, OTHER_SCHEMES))
    assert {reason.partition(",")[0] for reason in reasons} == {
        "only http and https addresses are fetched"
    }


def test_such_addresses_are_not_followed_in_the_first_place(newsroom: Newsroom) -> None:
    with FeedServer() as neighbour:
        hosts = addresses((*NOT_PUBLIC, *NO_ADDRESS), neighbour.port)
        for url in (*hosts, *OTHER_SCHEMES):
            with pytest.raises(SourceError):
                desk.follow(newsroom.sessions, newsroom.parts.fetch, newsroom.clock, url)
    assert (rows(newsroom), neighbour.asked) == ([], [])


def test_a_name_is_looked_at_each_time_it_is_looked_up(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It leads to the allowed server first, and elsewhere when the feed is collected."""
    leads = {"changing.example": ["127.0.0.1"]}
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *how: Any, **named: Any) -> list[Any]:
        return [info for one in leads.get(host, [host]) for info in real(one, port, *how, **named)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    newsroom.web.script("/feed", Answer(GOOD))
    url = f"http://changing.example:{newsroom.web.port}/feed"
    desk.follow(newsroom.sessions, newsroom.parts.fetch, newsroom.clock, url)
    newsroom.follows("/good", GOOD)
    with FeedServer() as neighbour:
        for elsewhere in (["127.0.0.2"], ["::1"], ["169.254.169.254", "127.0.0.2"]):
            leads["changing.example"] = elsewhere
            changed, good = newsroom.collects()
            assert changed.failure in [address + PRIVATE for address in elsewhere]
            assert good.failure == ""
    assert neighbour.asked == []
    assert [row.failure for row in rows(newsroom)] == [changed.failure, ""]

"""A site's address is enough: its page names its feeds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.discovery import feeds_of

SITE = "https://blog.example/about/"


def page(*links: str, base: str = "") -> bytes:
    head = (f'<base href="{base}">' if base else "") + "".join(links)
    return f"<!doctype html><html><head><title>A</title>{head}</head><body>Hi</body>".encode()


RSS = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'


@pytest.mark.parametrize(
    ("link", "feed"),
    [
        (RSS, "https://blog.example/feed.xml"),
        (RSS.replace("rss+xml", "ATOM+xml; charset=utf-8"), "https://blog.example/feed.xml"),
        (RSS.replace('"alternate"', '"Alternate nofollow"'), "https://blog.example/feed.xml"),
        (RSS.replace("/feed.xml", "feed.json"), "https://blog.example/about/feed.json"),
        (RSS.replace("/feed.xml", "https://feeds.example/a"), "https://feeds.example/a"),
    ],
)
def test_a_page_names_its_feed(link: str, feed: str) -> None:
    assert feeds_of(SITE, page(link)) == (feed,)


def test_a_base_counts() -> None:
    assert feeds_of(SITE, page(RSS, base="https://cdn.example/x/")) == (
        "https://cdn.example/feed.xml",
    )


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="alternate" hreflang="de" href="/de/">',
        '<link rel="stylesheet" type="application/rss+xml" href="/x">',
        RSS.replace("/feed.xml", "javascript:alert(1)"),
        '<link rel="alternate" type="application/rss+xml">',
    ],
)
def test_what_is_no_feed_of_the_page_is_left_alone(link: str) -> None:
    assert feeds_of(SITE, page(link)) == ()


def test_the_first_comes_first_and_each_once() -> None:
    other = RSS.replace("/feed.xml", "/comments.xml")
    assert feeds_of(SITE, page(RSS, other, RSS)) == (
        "https://blog.example/feed.xml",
        "https://blog.example/comments.xml",
    )


@given(st.binary())
def test_any_bytes_are_a_page_with_feeds_or_without(body: bytes) -> None:
    assert all(feed.startswith("http") for feed in feeds_of(SITE, body))

"""Lists of feeds in and out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import InputError
from digest.model import Feed
from sources import opml
from sources.opml import Outline

LIST = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
  <head><title>Mine</title></head>
  <body>
    <outline text="Writing">
      <outline type="rss" text="Orrery" xmlUrl="https://orrery.example/feed" htmlUrl="x"/>
      <outline text="Deeper">
        <outline text="Quillet" xmlUrl="https://quillet.example/feed"/>
      </outline>
    </outline>
    <outline title="Tarnfish" text="t" xmlUrl="https://tarnfish.example/feed"
             category="/Tools/Data,/x"/>
    <outline text="Twice" xmlUrl="https://orrery.example/feed"/>
  </body>
</opml>
"""


def test_a_list_gives_its_feeds_in_order_each_once() -> None:
    assert opml.read(LIST) == (
        Outline("https://orrery.example/feed", "Orrery", "Writing"),
        Outline("https://quillet.example/feed", "Quillet", "Deeper"),
        Outline("https://tarnfish.example/feed", "Tarnfish", "Data"),
    )


def test_a_list_without_feeds_is_a_list() -> None:
    assert opml.read(b"<opml version='2.0'><body/></opml>") == ()


words = st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=20).map(str.strip)


@given(st.lists(st.tuples(words, words), max_size=5))
def test_what_is_written_can_be_read(named: list[tuple[str, str]]) -> None:
    feeds = [
        Feed(
            id=number,
            url=f"https://tools.example/{number}?a=1&b=<2>",
            kind="blog",
            title=title,
            category=category.replace("/", "").replace(",", "").strip(),
        )
        for number, (title, category) in enumerate(named)
    ]
    assert opml.read(opml.write(feeds)) == tuple(
        Outline(feed.url, feed.title or feed.url, feed.category) for feed in feeds
    )


def test_a_list_is_written_as_opml_2() -> None:
    feed = Feed(id=1, url="https://orrery.example/feed", kind="blog", title="Orrery & co")
    assert opml.write([feed]).decode().splitlines() == [
        "<?xml version='1.0' encoding='utf-8'?>",
        '<opml version="2.0">',
        "  <head>",
        "    <title>Feeds</title>",
        "  </head>",
        "  <body>",
        '    <outline type="rss" text="Orrery &amp; co" title="Orrery &amp; co"'
        ' xmlUrl="https://orrery.example/feed" category="" />',
        "  </body>",
        "</opml>",
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "no element found"),
        (b"hello", "syntax error"),
        (b"<opml><body>", "no element found"),
        (b"<rss version='2.0'/>", "its root is <rss>"),
        (b"<?xml version='1.0' encoding='klingon'?><opml/>", "encoding"),
        (b"<!DOCTYPE opml [<!ENTITY a 'lol'>]><opml>&a;</opml>", "declares a document type"),
        (b"<!DOCTYPE opml SYSTEM 'file:///etc/hosts'><opml/>", "declares a document type"),
    ],
)
def test_what_is_no_list_of_feeds_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as refused:
        opml.read(body)
    assert str(refused.value).startswith("not an OPML file: ")
    assert "\n" not in str(refused.value)

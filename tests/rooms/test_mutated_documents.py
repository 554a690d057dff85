"""Two thousand documents that no server meant to send: parts of feeds, broken by chance."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from digest.errors import SourceError
from digest.issues.words import plain
from digest.model import Document, Entry, Launch, NotALaunch
from sources.feeds import parse
from sources.kinds import kind_of
from sources.recognising import KINDS

SAMPLES = Path(__file__).parents[1] / "samples/feeds"
SEEDS = {path.name: path.read_bytes() for path in sorted(SAMPLES.glob("*.*"))}
DOCUMENTS = 2000
CONTENT_TYPES = (
    *("", "application/rss+xml", "text/xml; charset=windows-1251", "text/html; charset=nope"),
    *("application/json", "; charset=utf-16", 'text/xml; charset="idna"', "charset=hex"),
)

Mutation = Callable[[random.Random, bytes], bytes]

MARKUP = (
    *(b"<", b">", b"&", b"'", b'"', b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?", b"?>", b"</"),
    *(b"<item>", b"</item>", b"<entry>", b"</entry>", b"<title>", b"</channel>", b"</rss>"),
    *(b'<content type="xhtml">', b'<content type="application/octet-stream">', b"<svg>", b"<a "),
    *(b'<link href="http://[oops">', b"<link>javascript:1</link>", b'<base href="//[">'),
    *(b"<pubDate>31 Feb 0000 99:99:99 -9999</pubDate>", b"<updated>9999-12-31T23:59:60Z</updated>"),
    *(b"<published>-1-00-00</published>", b"<dc:date>\xd9\xa1\xd9\xa2</dc:date>", b"<guid/>"),
    *(b'<georss:point xmlns:georss="http://www.georss.org/georss">1 x</georss:point>',),
    *(b'<gml:pos xmlns:gml="http://www.opengis.net/gml">1</gml:pos>', b"<itunes:explicit/>"),
    *(b'<psc:chapter xmlns:psc="http://podlove.org/simple-chapters" start="x"/>', b"xmlns:a=''"),
    *(b'{"', b'"}', b"[[[[", b"null", b"1e999", b"NaN", b'"items":', b"\\ud800", b"\\u0000"),
)
ENTITIES = (
    *(
        b"&#0;",
        b"&#xD800;",
        b"&#99999999999;",
        b"&#x110000;",
        b"&nbsp;",
        b"&amp;amp;",
        b"&;",
        b"&x;",
    ),
    *(b"&lt;script&gt;", b"&lt;!--", b"&#", b"&#x;", b"&#-1;", b"&#128;", b"&copy", b"%e;"),
)
PROLOGS = (
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff", b"\n\n", b"HTTP/1.1 200 OK\n\n"),
    *(b'<?xml version="1.1"?>', b"<?xml?>", b"<?xml-stylesheet href='x'?>", b"<!DOCTYPE html>"),
    b'<!DOCTYPE rss [<!ENTITY x "<item><title>X</title></item>">]>',
    b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname"> %x;]>',
    b'<!DOCTYPE rss SYSTEM "http://feeds.example/rss.dtd">',
    b"<html><head><title>Not here</title></head><body>",
)
ENCODINGS = (
    *("utf-8", "utf-16", "utf-32", "utf-7", "ascii", "windows-1252", "shift_jis", "gb18030"),
    *("iso-2022-kr", "cp037", "idna", "punycode", "base64", "hex", "rot13", "raw_unicode_escape"),
    *("unicode_escape", "undefined", "nope", "", "\u0660"),
)


def flips_bytes(chance: random.Random, body: bytes) -> bytes:
    flipped = bytearray(body)
    for _ in range(chance.randint(1, 12)):
        if flipped:
            flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def loses_a_slice(chance: random.Random, body: bytes) -> bytes:
    start, end = _span(chance, body)
    return body[:start] + body[end:]


def says_a_slice_again(chance: random.Random, body: bytes) -> bytes:
    start, end = _span(chance, body)
    return body[:end] + body[start:end] * chance.randint(1, 9) + body[end:]


def swaps_two_chunks(chance: random.Random, body: bytes) -> bytes:
    first, second, third = sorted(chance.choices(range(len(body) + 1), k=3))
    return body[:first] + body[second:third] + body[first:second] + body[third:]


def ends_early(chance: random.Random, body: bytes) -> bytes:
    return body[: chance.randint(0, len(body))]


def gains_markup(chance: random.Random, body: bytes) -> bytes:
    return _inserted(chance, body, chance.choice(MARKUP))


def gains_an_entity(chance: random.Random, body: bytes) -> bytes:
    return _inserted(chance, body, chance.choice(ENTITIES))


def gains_noise(chance: random.Random, body: bytes) -> bytes:
    return _inserted(chance, body, chance.randbytes(chance.randint(1, 40)))


def starts_oddly(chance: random.Random, body: bytes) -> bytes:
    return chance.choice(PROLOGS) + body


def declares_an_encoding(chance: random.Random, body: bytes) -> bytes:
    name = chance.choice(ENCODINGS)
    rest = body.partition(b"?>")[2] if body.startswith(b"<?xml") else body
    return f'<?xml version="1.0" encoding="{name}"?>'.encode() + rest


def is_written_in_another_encoding(chance: random.Random, body: bytes) -> bytes:
    text = body.decode("utf-8", "replace")
    return text.encode(chance.choice(("utf-16", "utf-16-be", "utf-32", "cp037")), "replace")


MUTATIONS: tuple[Mutation, ...] = (
    *(flips_bytes, loses_a_slice, says_a_slice_again, swaps_two_chunks, ends_early, gains_markup),
    *(gains_markup, gains_an_entity, gains_noise, starts_oddly, declares_an_encoding),
    is_written_in_another_encoding,
)


def _span(chance: random.Random, body: bytes) -> tuple[int, int]:
    start, end = sorted(chance.choices(range(len(body) + 1), k=2))
    return start, end


def _inserted(chance: random.Random, body: bytes, piece: bytes) -> bytes:
    at = chance.randint(0, len(body))
    return body[:at] + piece * chance.choice((1, 1, 1, 60)) + body[at:]


def mutated(seed: str) -> Iterator[tuple[bytes, str]]:
    """Documents and what their servers say they are, the same ones in every run."""
    chance = random.Random(seed)
    for _ in range(-(-DOCUMENTS // len(SEEDS))):
        body = SEEDS[seed]
        for mutation in chance.choices(MUTATIONS, k=chance.randint(1, 4)):
            body = mutation(chance, body)
        yield body, chance.choice(CONTENT_TYPES)


def read(body: bytes, content_type: str) -> Document | SourceError:
    try:
        return parse("https://feeds.example/feed", body, content_type)
    except SourceError as refused:
        return refused


def is_one_line(text: str) -> bool:
    """Fit for a page, a mail and a database."""
    return not any(sign in text for sign in "\0\r\n\t")


def check(entry: Entry) -> None:
    texts = (entry.guid, entry.link, entry.title, *entry.paragraphs)
    assert all(map(is_one_line, texts))
    "".join(texts).encode()  # no half of a surrogate pair
    for kind in KINDS.values():
        assert isinstance(kind.recognise(entry), Launch | NotALaunch)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_broken_document_is_read_or_refused(seed: str) -> None:
    for body, content_type in mutated(seed):
        match read(body, content_type):
            case Document() as document:
                assert kind_of("https://feeds.example/feed", document) in KINDS
                for entry in plain(document).entries:
                    check(entry)
            case SourceError(reason=reason):
                assert reason.startswith("not a feed")
                assert is_one_line(reason)

"""Documents that mean harm, as tests and benchmarks send them."""

import zlib
from collections.abc import Iterator

import brotli  # type: ignore[import-untyped]

MOST = 5 * 1024 * 1024  # bytes that are read of a document
RSS, END = b'<rss version="2.0"><channel>', b"</channel></rss>"
AN_ITEM = b"<item><title>A tool of its own</title></item>"

_MEBIBYTE = bytes(1024 * 1024)
_ENTRY = RSS + b"<item>"
_ENTRY_END = b"</item>" + END


def a_gibibyte(coding: str) -> bytes:
    """A gibibyte of zeros, a megabyte or less of it on the wire."""
    if coding == "br":
        packer = brotli.Compressor(quality=1)
        return b"".join(packer.process(_MEBIBYTE) for _ in range(1024)) + bytes(packer.finish())
    stream = zlib.compressobj(1, wbits={"gzip": 31, "deflate": 15}[coding])
    return b"".join(stream.compress(_MEBIBYTE) for _ in range(1024)) + stream.flush()


def with_entities(declarations: bytes, title: bytes) -> bytes:
    doctype = b'<?xml version="1.0"?><!DOCTYPE rss [' + declarations + b"]>"
    return doctype + _ENTRY + b"<title>" + title + b"</title>" + _ENTRY_END


def _laughs(levels: int) -> Iterator[bytes]:
    yield b'<!ENTITY l0 "ha">'
    for level in range(1, levels + 1):
        yield b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10)


ENTITY_BOMBS = {
    "a billion laughs": with_entities(b"".join(_laughs(9)), b"&l9;"),
    "quadratic blow-up": with_entities(b'<!ENTITY a "' + b"a" * 50_000 + b'">', b"&a;" * 50_000),
    "an entity of itself": with_entities(b'<!ENTITY a "&b;"><!ENTITY b "&a;">', b"&a;"),
    "a parameter of itself": with_entities(b'<!ENTITY % a "&#37;a;"> %a;', b"&a;"),
}

_ATTRIBUTES = b" ".join(b'a%d=""' % number for number in range(450_000))
_DIVISIONS = b"<div>" * 300_000 + b"</b>" * 500_000
_LETTERS = b"a" * (MOST - 200)
_TITLES = b',{"title": "<b>a"}' * (MOST // 18 - 9)
_JSON = b'{"version": "https://jsonfeed.org/version/1.1", "items": [{}'

# Each takes from 10 seconds to minutes to read.
ENDLESS = {
    "elements in each other": RSS + b"<a>" * (MOST // 3 - 99),
    "items in each other": RSS + b"<item>" * (MOST // 6 - 99),
    "half a million attributes": RSS + b"<item " + _ATTRIBUTES + b">" + _ENTRY_END,
    "tags that never end": RSS + b"&x;" + b"<a b='" * (MOST // 6 - 99),
    "an author of one word": _ENTRY + b"<author>" + _LETTERS + b"</author>" + _ENTRY_END,
    "end tags of nothing": _ENTRY
    + b"<description><![CDATA["
    + _DIVISIONS
    + b"]]></description>"
    + _ENTRY_END,
    "a page for a feed": b"<html><body>" + b"<p>a" * (MOST // 4 - 99),
    "titles of JSON": _JSON + _TITLES + b"]}",
}

# These would take 800 MB.
GREEDY = {
    "a page of attributes": b"<html " + b"a " * (MOST // 2 - 99) + b">",
    "attributes in a broken feed": RSS + b"&x;<item " + b"a='' " * (MOST // 5 - 99),
}

"""What a tool's own page says of it."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.launches import prose
from sources.pages import MOST, TITLE, Page, read, words

URL = "https://mergewren.example/start"
SAYS = "Mergewren drafts release notes. It reads merged pull requests."
META = f'<meta name="description" content="{SAYS}">'


def page(*head: str, title: str = "", body: str = "<p>Hi</p>") -> bytes:
    titled = f"<title>{title}</title>" if title else ""
    listed = "".join(head)
    return f"<!doctype html><html><head>{titled}{listed}</head><body>{body}</body></html>".encode()


def meta(name: str, content: str, attribute: str = "property") -> str:
    return f'<meta {attribute}="{name}" content="{content}">'


def json_ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


# --- reading -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        META,
        meta("og:description", SAYS),
        meta("og:description", SAYS, "name"),
        meta("OG:Description", SAYS) + meta("description", "Something else", "name"),
        meta("og:description", "  ") + META,
        meta("og:description", "Lovable Generated Project") + META,
        meta("twitter:description", SAYS, "name"),
        f"<meta content='{SAYS}' name=description>",
        META.replace("release notes", "release\n\t  &#110;otes"),
        META.replace("release", "&lt;b&gt;release&lt;/b&gt;"),
        json_ld({"@type": "SoftwareApplication", "description": SAYS}),
        json_ld([{"@type": "Person"}, {"@type": ["Thing", "WebSite"], "description": SAYS}]),
        json_ld({"@graph": [{"@type": "Product", "description": SAYS}]}),
        '<script type="application/ld+json">{"broken</script>' + META,
    ],
)
def test_a_page_describes_itself(head: str) -> None:
    assert read(URL, page(head)) == Page(description=SAYS)


@pytest.mark.parametrize(
    "head",
    [
        meta("description", ""),
        meta("keywords", "release, notes", "name"),
        json_ld({"@type": "Organization", "description": "Forge makes software."}),
        json_ld({"@type": "Product", "description": ["a", "b"]}),
        json_ld("Mergewren"),
        json_ld(7),
        f'<script type="application/ld+json">{"[" * 100_000}</script>',
        meta("description", "Web site created using create-react-app", "name"),
        meta("description", "Contribute to forge/mergewren development by creating an account "
             "on GitHub.", "name"),
    ],
)  # fmt: skip
def test_a_page_may_say_nothing_of_itself(head: str) -> None:
    assert read(URL, page(head)).description == ""


@pytest.mark.parametrize(
    "added",
    [
        " Contribute to forge/mergewren development by creating an account on GitHub.",
        " - forge/mergewren",
        " Latest version: 1.2.0, last published: 2 days ago. Start using mergewren today.",
    ],
)
def test_what_a_host_adds_is_left_out(added: str) -> None:
    host = "https://github.com/forge/mergewren"
    assert read(host, page(meta("og:description", SAYS + added))).description == SAYS


def test_the_title_is_the_pages_own_and_else_the_one_it_shares() -> None:
    shared = meta("og:title", "Mergewren &amp; friends")
    picture = "<svg><title>A wren</title></svg>"
    assert read(URL, page(shared, title="Mergewren\n home")).title == "Mergewren home"
    assert read(URL, page(shared, body=picture)).title == "Mergewren & friends"
    assert read(URL, page(title="Notes &amp;amp; drafts")).title == "Notes & drafts"
    assert read(URL, page(title="mergewren.example")).title == ""


@pytest.mark.parametrize(
    "title",
    [
        "Just a moment...",
        "Attention Required! | Cloudflare",
        "Access denied",
        "Access denied | mergewren.example used a guard to restrict access",
        "404 Not Found",
        "404",
        "404: This page not found",
        "Mergewren – Page not found",
        "Not Found | Mergewren",
        "503 Service Temporarily Unavailable",
        "Vercel Security Checkpoint",
        "Are you a robot?",
        "Verifying you are human",
        "Welcome to nginx!",
        "Index of /pub",
        "mergewren.example is for sale",
        "Error",
    ],
)
def test_a_page_that_stands_in_for_another_says_nothing(title: str) -> None:
    assert read(URL, page(META, title=title)) == Page()


@pytest.mark.parametrize(
    "title", ["404 Media", "Errorless", "The Forbidden City", "Moment", "Notes, 500 a day"]
)
def test_a_title_is_not_mistaken_for_that_of_a_stand_in(title: str) -> None:
    assert read(URL, page(META, title=title)) == Page(title, SAYS)


def test_a_page_is_read_no_further_than_its_head_may_be() -> None:
    filling = f"<style>{'a' * MOST}</style>"
    assert read(URL, page(META, filling)).description == SAYS
    assert read(URL, page(filling, META)).description == ""


def test_long_texts_are_cut() -> None:
    long = read(URL, page(meta("description", "word " * 900, "name"), title="word " * 900))
    assert len(long.title) <= TITLE
    assert len(long.description) <= prose.DESCRIPTION
    assert long.title.endswith("word…")


# --- bytes ---------------------------------------------------------------------------------

RUSSIAN = "Черновики заметок к выпуску из слитых правок, готовые к печати."


@pytest.mark.parametrize(
    ("charset", "content_type", "declared"),
    [
        ("utf-8", "text/html", ""),
        ("utf-8", "text/html; charset=iso-8859-1", "koi8-r"),
        ("windows-1251", "Text/HTML; charset=windows-1251", ""),
        ("windows-1251", 'text/html; charset="CP1251"', "utf-8"),
        ("koi8-r", "text/html", "koi8-r"),
        ("koi8-r", "", "koi8-r"),
        ("koi8-r", "text/html", ""),
        ("windows-1251", "text/html; charset=base64", "windows-1251"),
        ("windows-1251", "text/html; charset=unicode_escape", "windows-1251"),
        ("utf-16", "text/html; charset=windows-1251", ""),
        ("utf-16-le", "text/html; charset=utf-16le", ""),
        ("utf-8-sig", "", ""),
    ],
)
def test_a_page_is_read_in_its_charset(charset: str, content_type: str, declared: str) -> None:
    said = f'<meta charset="{declared}">' if declared else ""
    document = page(said, meta("description", RUSSIAN, "name"), body=f"<p>{RUSSIAN}</p>" * 9)
    body = document.decode().encode(charset)
    assert read(URL, body, content_type).description == RUSSIAN


@pytest.mark.parametrize(
    "content_type", ["application/pdf", "application/json", "application/rss+xml", "image/svg+xml"]
)
def test_what_is_no_page_says_nothing(content_type: str) -> None:
    assert read(URL, page(META), content_type) == Page()


@pytest.mark.parametrize(
    "body", [b"", b" \n", b"\0", b"<!-- -->", b"%PDF-1.7 \xe2\xe3", b"\xff\xfe"]
)
def test_a_document_that_holds_nothing_says_nothing(body: bytes) -> None:
    assert read(URL, body) == Page()


SAMPLE = page(
    '<meta charset="shift_jis">',
    META,
    meta("og:title", "Mergewren"),
    json_ld({"@graph": [{"@type": "Product", "description": SAYS}]}),
    title="Mergewren – release notes from pull requests",
)


def test_what_only_looks_added_stays() -> None:
    said = "A file system for drafts - read/write"
    assert read(URL, page(meta("og:description", said))).description == said


@given(st.binary(), st.text())
def test_any_bytes_are_a_page(body: bytes, content_type: str) -> None:
    assert_bounded(read(URL, body, content_type))
    assert_bounded(read(URL, body))


@given(st.randoms(use_true_random=False), st.integers(1, 30))
def test_any_page_that_was_damaged_is_a_page(chance: random.Random, times: int) -> None:
    body = bytearray(SAMPLE)
    for _ in range(times):
        start = chance.randrange(len(body))
        body[start : start + chance.randrange(4)] = chance.randbytes(chance.randrange(4))
    assert_bounded(read(URL, bytes(body)))


def assert_bounded(found: Page) -> None:
    assert len(found.title) <= TITLE
    assert len(found.description) <= prose.DESCRIPTION
    for said in (found.title, found.description, *words(found, "Mergewren")):
        assert "\0" not in said
        assert " ".join(said.split()) == said


# --- words ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        "Mergewren – Notes from pull requests",
        "Mergewren: Notes from pull requests",
        "Mergewren | Notes from pull requests | Home",
        "Notes from pull requests – Mergewren",
        "Notes from pull requests · Mergewren · GitHub",
        "MERGEWREN - Notes from pull requests",
        "Merge Wren - Notes from pull requests",
        "Mergewren.ai — Notes from pull requests",
        "Mergewren App — Notes from pull requests",
        "GitHub - forge/mergewren: Notes from pull requests",
        "Mergewren - Hugging Face | Notes from pull requests",
    ],
)
def test_a_title_holds_the_name_and_a_tagline(title: str) -> None:
    assert words(Page(title), "Mergewren") == ("Notes from pull requests", "")


def test_a_longer_name_is_found_by_its_beginning() -> None:
    assert words(Page("Mergewren – Notes of merges"), "Mergewren AI")[0] == "Notes of merges"


def test_a_title_may_be_one_sentence_about_the_tool() -> None:
    sentence = "Mergewren drafts release notes"
    assert words(Page(sentence), "Mergewren") == (sentence, "")


def test_scripts_without_spaces_say_something_too() -> None:
    assert (
        words(Page("Mergewren：从合并请求生成发布说明"), "Mergewren")[0] == "从合并请求生成发布说明"
    )


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Mergewren",
        "Mergewren – Home",
        "Welcome to Mergewren",
        "Mergewren | Official Site",
        "Mergewren - Chrome Web Store",
        "Introducing Mergewren | Forge Engineering Blog",
        "Create Next App",
        "Release notes: a guide to writing them",
    ],
)
def test_a_title_without_a_tagline_leaves_it_to_the_description(title: str) -> None:
    first = "Mergewren drafts release notes."
    assert words(Page(title, SAYS), "Mergewren") == (first, SAYS)
    assert words(Page(title), "Mergewren") == ("", "")


def test_a_description_stands_beside_the_titles_tagline_unless_it_repeats_it() -> None:
    title = "Mergewren – Notes from pull requests"
    tagline = "Notes from pull requests"
    assert words(Page(title, SAYS), "Mergewren") == (tagline, SAYS)
    assert words(Page(title, f"{tagline}."), "Mergewren") == (tagline, "")


@pytest.mark.parametrize("said", ["Mergewren", "mergewren.", "The official website of Mergewren"])
def test_a_description_that_repeats_the_name_is_none(said: str) -> None:
    assert words(Page(description=said), "Mergewren") == ("", "")


@given(st.text(), st.text(), st.text())
def test_any_page_has_words_for_any_name_or_none(title: str, said: str, name: str) -> None:
    tagline, description = words(Page(title, said), name)
    assert len(tagline) <= prose.TAGLINE
    assert description in (said, "") or description.endswith("…")

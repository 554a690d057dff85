"""Feed documents -> entries."""

import json
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from benchmarks import feeds as benchmark
from digest.errors import SourceError
from digest.model import Entry
from sources import second_opinion, text
from sources.feeds import parse

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests/samples/feeds"
# A larger collection of real documents may lie beside the repository.
FOLDERS = [folder for folder in (SAMPLES, ROOT.parent / "shared/data/feeds") if folder.exists()]
DOCUMENTS = [(folder, expected) for folder in FOLDERS for expected in benchmark.manifest(folder)]


def entries(name: str) -> tuple[Entry, ...]:
    return parse(f"https://feeds.example/{name}", (SAMPLES / name).read_bytes()).entries


def rss(item: str, head: str = '<?xml version="1.0"?>') -> bytes:
    return f'{head}<rss version="2.0"><channel>{item}</channel></rss>'.encode()


def only(body: bytes, content_type: str = "") -> Entry:
    (entry,) = parse("https://feeds.example/feed", body, content_type).entries
    return entry


@pytest.mark.parametrize(
    ("folder", "expected"), DOCUMENTS, ids=[expected.file for _, expected in DOCUMENTS]
)
def test_a_document_is_read_as_its_manifest_says(
    folder: Path, expected: benchmark.Expected
) -> None:
    assert benchmark.read(folder, expected).differences() == {}


def test_the_benchmark_tells_what_it_measured_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "manifest.tsv").write_text(
        "file\texpected_entries\texpected_first_title\none.rss\t2\tOther\n", encoding="utf-8"
    )
    (tmp_path / "one.rss").write_bytes(rss("<item><title>One</title></item>"))
    predictions = tmp_path / "predictions.tsv"
    command = ["-m", "benchmarks.feeds", str(tmp_path), "--predictions", str(predictions)]
    ran = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, check=True)
    told = json.loads(ran.stdout)
    assert (told["documents"], told["right_counts"], told["right_first_titles"]) == (1, 0, 0)
    assert told["wrong"] == [
        {"file": "one.rss", "entries": [2, 1], "first_title": ["Other", "One"]}
    ]
    assert predictions.read_text(encoding="utf-8").splitlines()[1] == "one.rss\t1\tOne\t\t"


def test_hostile_html_leaves_only_its_text() -> None:
    desk = entries("blog.rss")[0]
    assert desk.title == "Introducing Orrery Desk: a shared inbox for agents"
    assert desk.paragraphs == (
        "One inbox",
        "People and agents answer from one place — together.",
        "Free for three seats.",
    )


def test_the_description_stands_in_where_there_is_no_content() -> None:
    assert entries("blog.rss")[1].paragraphs == ("A story.",)


def test_text_that_only_looks_like_html_is_kept_as_written() -> None:
    generics = entries("relative.atom")[0]
    assert generics.title == "Generics of List<T>"
    assert generics.paragraphs == ("Angle brackets <T> are meant.",)


def test_blank_lines_part_the_paragraphs_of_plain_text() -> None:
    assert entries("list.json")[1].paragraphs == ("Paste a trace.", "Read the cause.")


def test_dates_come_in_utc_whatever_their_zone() -> None:
    assert entries("rdf.xml")[0].published == datetime(2026, 11, 16, 4, 30, tzinfo=UTC)


def test_a_document_with_one_date_an_entry_means_that_one() -> None:
    release = entries("releases.atom")[0]
    assert release.published == release.updated == datetime(2026, 11, 19, 10, tzinfo=UTC)


def test_product_hunts_two_dates_are_kept_apart() -> None:
    notekeel = entries("producthunt.atom")[0]
    assert notekeel.published == datetime(2026, 9, 30, 13, 20, 11, tzinfo=UTC)
    assert notekeel.updated == datetime(2026, 11, 20, 15, 58, 16, tzinfo=UTC)


def test_a_date_nobody_can_read_is_no_date() -> None:
    assert only(rss("<item><title>x</title><pubDate>soon</pubDate></item>")).published is None


def test_relative_links_lead_from_the_documents_base() -> None:
    assert entries("relative.atom")[0].link == "https://relative.example/blog/generics"


def test_relative_links_lead_from_the_feeds_address_where_no_base_is_said() -> None:
    entry = only(rss("<item><title>x</title><link>/posts/1</link></item>"))
    assert entry.link == "https://feeds.example/posts/1"


def test_a_link_that_is_no_web_page_is_left_out() -> None:
    assert entries("relative.atom")[1].link == ""


def test_a_feed_with_no_ids_is_known_by_its_links() -> None:
    first, second = entries("no-guid.rss")
    assert (first.guid, first.link) == ("", "https://cafe.example/creme")
    assert (second.guid, second.link, second.title) == ("", "", "Nothing but a title")


def test_a_number_can_be_a_json_feeds_id() -> None:
    assert entries("jsonfeed-1.0.json")[0].guid == "41"


def test_a_feed_without_entries_is_a_feed() -> None:
    assert entries("empty.rss") == ()


def test_the_document_tells_its_title_and_its_page() -> None:
    document = parse("https://orrery.example/feed", (SAMPLES / "blog.rss").read_bytes())
    assert (document.title, document.link) == ("Orrery & friends", "https://orrery.example/blog")
    assert document.format == "rss20"


def test_all_entries_are_given_however_many() -> None:
    items = "".join(f"<item><title>Tool {number}</title></item>" for number in range(700))
    assert len(parse("", rss(items)).entries) == 700


def test_utf8_is_believed_over_a_server_that_says_otherwise() -> None:
    body = rss("<item><title>Größenwahn</title></item>")
    assert only(body, "text/xml; charset=iso-8859-1").title == "Größenwahn"


def test_a_server_may_say_the_charset_that_the_prolog_forgot() -> None:
    body = '<rss version="2.0"><channel><item><title>Привет</title></item></channel></rss>'
    assert only(body.encode("koi8-r"), "text/xml; charset=KOI8-R").title == "Привет"


def test_a_charset_that_nobody_says_is_guessed() -> None:
    words = "Как пережить долгую зиму и не потерять ни одного инструмента. " * 5
    body = f"<rss><channel><item><title>{words}</title></item></channel></rss>"
    assert only(body.encode("koi8-r")).title == words.strip()


def test_a_byte_order_mark_is_believed_over_a_server() -> None:
    body = (SAMPLES / "utf16.rss").read_bytes()
    assert only(body, "text/xml; charset=iso-8859-1").title.startswith("Größenwahn")


def test_entities_do_not_explode_and_files_are_not_read() -> None:
    doubling = "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    secret = '<!ENTITY secret SYSTEM "file:///etc/hosts">'
    head = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "lol">{doubling}{secret}]>'
    entry = only(rss("<item><title>&j;</title><description>&secret;</description></item>", head))
    assert len(entry.title) < 100
    assert "localhost" not in " ".join(entry.paragraphs)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the document is empty"),
        (b" \n", "the document is empty"),
        (b"<!doctype html><html><body><p>Hello</p></body></html>", "it is an HTML page"),
        (b"\x00\x01\x02\xff\xfe" * 100, "no RSS, Atom, RDF or JSON Feed in it"),
        (b"just words", "no RSS, Atom, RDF or JSON Feed in it"),
        (b"https://feeds.example/other", "no RSS, Atom, RDF or JSON Feed in it"),
        (b'{"tools": []}', "JSON that is no JSON Feed"),
        (b"[1, 2]", "JSON that is no JSON Feed"),
        (b'{"version": "https://jsonfeed.org/version/1.1"', "JSON that cannot be read"),
        (b"[" * 100_000, "JSON that cannot be read"),
    ],
)
def test_what_is_no_feed_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(SourceError) as refused:
        parse("https://feeds.example/feed", body)
    assert str(refused.value) == f"https://feeds.example/feed: not a feed: {reason}"


# fmt: off
FRAGMENTS = (
    "<rss>", "<channel>", "<item>", "<title>", "</title>", "</item>", "<feed>", "<entry>",
    "<![if x]>", "<![CDATA[", "]]>", "&#xD800;", "&#99999999999;", "<!DOCTYPE x [", "text", "{",
    "<?xml encoding='foo'?>", "<link>http://[oops</link>", "<pubDate>99999-99-99</pubDate>",
    "<gml:pos>1</gml:pos>",
)
# fmt: on


@given(
    st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join).map(str.encode)
    | st.binary(max_size=200)
)
@example(b"<rss><channel><item><title>&#99999999999;</title></item></channel></rss>")
@example(b"<rss><channel><item><title>&#xD800;</title></item></channel></rss>")
@example(b"<rss><channel><item><gml:pos>1</gml:pos></item></channel></rss>")
def test_any_bytes_are_a_document_or_no_feed(body: bytes) -> None:
    with suppress(SourceError):
        document = parse("https://feeds.example/feed", body)
        assert all("\n" not in entry.title for entry in document.entries)


@given(st.text())
def test_a_paragraph_is_one_line_without_invisible_marks(html: str) -> None:
    for paragraph in text.paragraphs(html, html=True):
        assert paragraph == text.fold(paragraph) != ""


@given(st.lists(st.text("abc &<>", min_size=1).filter(str.strip), max_size=5))
def test_escaped_text_comes_out_of_its_paragraphs_as_it_went_in(texts: list[str]) -> None:
    escaped = [one.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for one in texts]
    html = "".join(f"<p>{one}</p>" for one in escaped)
    assert text.paragraphs(html, html=True) == tuple(" ".join(one.split()) for one in texts)


@pytest.mark.parametrize(
    "body",
    [
        b"see https://x.example/feed and <rss> here",
        b"# readme\n<item>\n",
        b"file\tspecial\na.xml\t<rss:item><title>x</title></rss:item>\n",
    ],
)
def test_a_text_that_mentions_tags_is_no_feed(body: bytes) -> None:
    with pytest.raises(SourceError, match="not a feed"):
        parse("https://x.example/notes", body)


def test_what_a_careless_server_lets_out_before_a_feed_is_forgiven() -> None:
    feed = b'Warning: slow disk\n<?xml version="1.0"?><rss version="2.0"><channel><title>A</title>'
    body = feed + b"<item><title>One</title></item></channel></rss>"
    assert [entry.title for entry in parse("https://x.example/", body).entries] == ["One"]


@pytest.mark.parametrize("attribute", ['a%d=""', 'xmlns:a%d="u:%d"'])
def test_a_second_opinion_is_not_asked_on_what_it_would_brood_over(attribute: str) -> None:
    numbers = range(200_000)
    attributes = " ".join(attribute.replace("%d", str(number)) for number in numbers)
    document = f"<rss {attributes}><channel><item/></channel></rss>"
    for body in (document.encode(), document.encode("utf-16")):
        assert second_opinion.read("https://laborious.example/", body).entries == ()


def test_a_text_in_many_pieces_is_read_as_one() -> None:
    words = "".join(f"<p>Wörd {number}&amp;<b>– more</b></p>" for number in range(500))
    read = text.paragraphs(f"<div>{words}</div>", html=True)
    assert read == tuple(f"Wörd {number}&– more" for number in range(500))
    assert text.paragraphs("\0", html=True) == ()

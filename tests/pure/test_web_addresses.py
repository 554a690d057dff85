"""Which addresses lead to one page, and what of an address its readers see."""

from itertools import combinations
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.pairing.addresses import TRACKERS, canonical_url, without_trackers

ONE_PAGE = (
    (
        "https://noteforge.example/",
        "http://noteforge.example",
        "HTTPS://www.NoteForge.Example:443/index.html#pricing",
        "http://noteforge.example:80/./",
        "https://noteforge.example./index.php",
        "https://ada:secret@noteforge.example//",
        "https://noteforge.example/a/../?",
        "  https://noteforge.example/\n",
        "https://note\nforge.example/",
        "https://noteforge.example/?ref=producthunt",
        "https://noteforge.example/?ref=ada-byron",
        "https://noteforge.example/?via=top-tools&utm_medium=badge",
        "https://noteforge.example/#utm_source=rss",
    ),
    (
        "https://noteforge.example/caf%C3%A9/a~b?q=a+b&y=2",
        "https://noteforge.example/café/a%7Eb/?y=2&q=a%20b",
        "https://noteforge.example/caf%c3%a9/x/../a~b?y=%32&q=a+b&gclid=Cj0",
        "https://noteforge.example/café//a~b/index.htm?y=2&amp;utm_source=feed&q=a+b",
    ),
    (
        "https://noteforge.example/docs",
        "https://noteforge.example/docs?ref=Product-Hunt",
        "https://noteforge.example/docs?ref=producthunt_launch",
        "https://noteforge.example/docs?ref=blog.papermill.example",
        "https://noteforge.example/docs?source=Hacker%20News",
        "https://noteforge.example/docs?source=hn",
        "https://noteforge.example/docs?via=newsletter-42",
        "https://noteforge.example/docs?referrer=https://www.reddit.com/",
        "https://noteforge.example/docs?UTM_Campaign=x&MC_EID=1",
        "https://noteforge.example/docs/?mkt_tok=a&_hsenc=b&oly_enc_id=c&vero_id=d&wickedid=e",
    ),
    (
        "https://noteforge.example/a?b=1",
        "https://www.google.com/url?sa=t&q=notes&url=https%3A%2F%2Fnoteforge.example%2Fa%3Fb%3D1",
        "http://google.co.uk/url?q=https%3A%2F%2Fnoteforge.example%2Fa%3Fb%3D1%26fbclid%3Dx&usg=y",
        "https://l.facebook.com/l.php?u=http%3A%2F%2Fnoteforge.example%2Fa%2F%3Fb%3D1&h=AT",
        "https://eu1.safelinks.protection.outlook.com/?url=https%3A%2F%2Fnoteforge.example%2Fa%3Fb%3D1",
        "https://out.reddit.com/t3_x1?url=https%3A%2F%2Fnoteforge.example%2Fa%3Fb%3D1&token=z",
    ),
    (
        "https://github.com/forge/note",
        "https://github.com/Forge/Note.git",
        "https://www.github.com/forge/note.git/releases/tag/v1",
        "https://github.com/forge/note/#readme",
    ),
    (
        "https://www.producthunt.com/r/p/990001",
        "https://www.producthunt.com/r/p/990001?app_id=339",
    ),
    ("https://bücher.example/", "https://xn--bcher-kva.example"),
    ("http://[::1]:8099/a", "https://[0:0:0:0:0:0:0:1]:8099/a/"),
)

OTHER_PAGES = (
    ("https://noteforge.example/", "https://noteforge.test/"),
    ("https://noteforge.example/", "https://app.noteforge.example/"),
    ("https://noteforge.example/", "https://noteforge.example:8443/"),
    ("https://noteforge.example/a", "https://noteforge.example/A"),
    ("https://noteforge.example/a", "https://noteforge.example/a/b"),
    ("https://noteforge.example/a%2Fb", "https://noteforge.example/a/b"),
    ("https://noteforge.example/a%3Fb", "https://noteforge.example/a?b"),
    ("https://noteforge.example/100%25", "https://noteforge.example/100"),
    ("https://noteforge.example/?id=1", "https://noteforge.example/?id=2"),
    ("https://noteforge.example/?app_id=1", "https://noteforge.example/?app_id=2"),
    ("https://noteforge.example/docs?ref=v2-branch", "https://noteforge.example/docs"),
    ("https://noteforge.example/docs?source=readme.md", "https://noteforge.example/docs"),
    ("https://noteforge.example/docs?source=google-sheets", "https://noteforge.example/docs"),
    ("https://noteforge.example/to?via=x-ray", "https://noteforge.example/to"),
    ("https://noteforge.example/?source=de", "https://noteforge.example/?source=en"),
    ("https://github.com/forge/note?ref=v2-branch", "https://github.com/forge/note"),
    ("https://github.com/forge/note", "https://github.com/forge/pad"),
    ("https://huggingface.co/spaces/forge/note", "https://huggingface.co/spaces/forge/pad"),
    ("https://npmjs.com/package/@forge/note", "https://npmjs.com/package/@forge/pad"),
    ("https://google.com/url?q=https://a.example", "https://google.com/search?q=https://a.example"),
    ("https://noteforge.example/url?q=https://a.example", "https://a.example"),
)

NO_ADDRESS = (
    "",
    "noteforge",
    "noteforge.example",
    "//noteforge.example/",
    "/docs",
    "https://",
    "https:noteforge.example",
    "https://./",
    "http://[",
    "https://note.example\\[",
    "https://note.example\\@papermill.example/",
    "http://noteforge.example:99999/",
    "http://note forge.example/",
    "https://noteforge.example/\ud800",
    "ftp://noteforge.example/",
    "mailto:ada@noteforge.example",
    "javascript:alert(1)",
    "java\nscript:alert(1)//https://noteforge.example",
)


@pytest.mark.parametrize("spellings", ONE_PAGE, ids=lambda spellings: spellings[0])
def test_the_spellings_of_one_page_are_one(spellings: tuple[str, ...]) -> None:
    assert {canonical_url(one) for one in spellings} == {canonical_url(spellings[0])} != {""}


def test_the_pages_above_are_several() -> None:
    for one, other in combinations([spellings[0] for spellings in ONE_PAGE], 2):
        assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(("one", "other"), OTHER_PAGES)
def test_other_pages_have_other_spellings(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)
    assert "" not in (canonical_url(one), canonical_url(other))


@pytest.mark.parametrize("text", NO_ADDRESS)
def test_what_is_no_web_address_is_none(text: str) -> None:
    assert (canonical_url(text), without_trackers(text)) == ("", "")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("HTTP://WWW.Note.example:80/A%7e/?b=2&a=%31#top", ""),
        ("https://note.example/?", ""),
        ("https://note.example/?b&&a=", ""),
        ("https://note.example/docs?ref=v2-branch&source=en", ""),
        ("https://note.example/#/notes?utm_source", ""),
        ("https://note.example/?utm_source=a", "https://note.example/"),
        ("https://note.example?utm_source=a#top", "https://note.example#top"),
        ("https://note.example/?b=2&gclid=x&a=%31#top", "https://note.example/?b=2&a=%31#top"),
        ("https://note.example/?a=1&amp;fbclid=x", "https://note.example/?a=1"),
        ("https://note.example/%zz?utm%5Fsource=a", "https://note.example/%zz"),
        (" https://note.\nexample/ ", "https://note.example/"),
        (
            "https://www.google.com/url?q=http%3A%2F%2Fwww.Note.example%2F%3Fref%3Dhn%26b%3D1&sa=D",
            "http://www.Note.example/?b=1",
        ),
    ],
)
def test_readers_see_the_address_as_it_was_written_without_its_trackers(
    url: str, shown: str
) -> None:
    assert without_trackers(url) == (shown or url)


@pytest.mark.parametrize("name", sorted(TRACKERS))
def test_a_tracker_says_nothing_of_the_page(name: str) -> None:
    assert without_trackers(f"https://note.example/a?{name.upper()}=1&b=2").endswith("/a?b=2")


@pytest.mark.parametrize(
    "told",
    [
        "q=javascript:alert(1)",
        "q=notes",
        "q=https://a.example&url=https://b.example",
        f"q={quote('https://google.com/url?q=https://a.example', safe='')}",
    ],
)
def test_a_redirect_that_leads_to_no_one_page_is_left(told: str) -> None:
    assert without_trackers(f"https://google.com/url?{told}") == f"https://google.com/url?{told}"


def test_an_address_too_long_to_be_looked_up_is_shown_but_is_no_key() -> None:
    url = f"https://note.example/{'a' * 1987}"
    assert canonical_url(url) == url.removeprefix("https://")
    assert (canonical_url(f"{url}a"), without_trackers(f"{url}a")) == ("", f"{url}a")


# --- any text ------------------------------------------------------------------------------

pieces = st.sampled_from(
    [
        *(
            "/",
            "//",
            "?",
            "#",
            "&",
            "=",
            "%",
            "%2",
            "65",
            "%25",
            "%2e",
            "%2F",
            "%3B",
            "%E9",
            "+",
            ";",
        ),
        *(".", "..", "/../", "/index.html", ".git", ".git/", "www.", ":80", ":443", "@", "\\", " "),
        *("a", "B", "é", "İ", "[", "]", "note", "example", "utm_source=", "ref=", "source=", "hn"),
        *("amp;", "q=", "url=", "https://", "google.com/url?q=", "https%3A%2F%2Fa.example", "\n"),
    ]
)
starts = st.sampled_from(
    [
        "https://",
        "http://note.example/",
        "https://note.example/?",
        "https://github.com/forge/",
        "https://google.com/url?q=https://note.example",
        "https://google.com/url?q=https%3A%2F%2Fwww.google.com%2Furl%3Fq=",
        "https://l.instagram.com/?u=",
        "",
    ]
)
addresses = (
    st.builds("{}{}".format, starts, st.lists(pieces, max_size=12).map("".join))
    | st.builds("{}{}".format, starts, st.text(max_size=20))
    | st.text()
)


@given(addresses)
def test_the_one_spelling_of_a_page_is_an_address_of_it(url: str) -> None:
    page = canonical_url(url)
    assert canonical_url(f"https://{page}") == page


@given(addresses)
def test_what_readers_see_is_a_web_address_of_the_same_page(url: str) -> None:
    shown = without_trackers(url)
    assert without_trackers(shown) == shown
    assert canonical_url(shown) == canonical_url(url)
    assert shown or not canonical_url(url)
    assert urlsplit(shown).scheme in (("http", "https") if shown else ("",))

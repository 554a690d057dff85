from datetime import date

import pytest

from digest.errors import InputError
from digest.language import ENGLISH, language

DAY = date(2026, 11, 22)
GERMAN = {
    "locale/de.po": """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Hello, %(name)s"
msgstr "Guten Tag, %(name)s"

msgctxt "verdict"
msgid "Ship"
msgstr "Nehmen"

msgid "%(num)s reader"
msgid_plural "%(num)s readers"
msgstr[0] "%(num)s Leser"
msgstr[1] "%(num)s Leserinnen und Leser"
"""
}


def test_english_needs_no_catalogue() -> None:
    assert ENGLISH.gettext("Hello, %(name)s", name="Ada") == "Hello, Ada"
    assert ENGLISH.ngettext("%(num)s reader", "%(num)s readers", 1200) == "1,200 readers"


def test_a_catalogue_makes_a_language_speak() -> None:
    german = language("de", GERMAN)
    assert german.gettext("Hello, %(name)s", name="Ada") == "Guten Tag, Ada"
    assert german.pgettext("verdict", "Ship") == "Nehmen"
    readers = german.ngettext("%(num)s reader", "%(num)s readers", 1200)
    assert readers == "1.200 Leserinnen und Leser"


def test_a_region_speaks_its_languages_catalogue() -> None:
    assert language("de-AT", GERMAN).gettext("Hello, %(name)s", name="Ada") == "Guten Tag, Ada"


@pytest.mark.parametrize(
    ("tag", "written", "number", "percent"),
    [
        ("en", "November 22, 2026", "1,234", "82%"),
        ("en-GB", "22 November 2026", "1,234", "82%"),
        ("de", "22. November 2026", "1.234", "82\xa0%"),
    ],
)
def test_dates_and_numbers_are_written_as_the_language_does(
    tag: str, written: str, number: str, percent: str
) -> None:
    spoken = language(tag, {})
    assert (spoken.date(DAY), spoken.number(1234), spoken.percent(82)) == (written, number, percent)


@pytest.mark.parametrize(("tag", "way"), [("de", "ltr"), ("ar", "rtl"), ("he", "rtl")])
def test_a_language_knows_how_it_is_written(tag: str, way: str) -> None:
    assert language(tag, {}).dir == way


@pytest.mark.parametrize("tag", ["xx", "de_DE", "not a language", ""])
def test_what_is_no_language_is_refused(tag: str) -> None:
    with pytest.raises(InputError, match="no language CLDR knows"):
        language(tag, {})


def test_a_broken_catalogue_is_named() -> None:
    with pytest.raises(InputError, match=r"templates/locale/de\.po"):
        language("de", {"locale/de.po": 'msgid "half'})

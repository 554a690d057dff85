"""Every language is complete, up to date, and cannot break a sentence it translates."""

import io
import re
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from digest.language import language
from tests.catalogues import LOCALES, messages, updated

SAID_NOWHERE_ELSE = {"RSS", "Atom", "JSON", "Feed"}  # names, the same in every language
JINJA = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)
NO_WORDS = re.compile(r"<(script|svg|style|mj-style)\b.*?</\1>|<!doctype[^>]*>", re.DOTALL)
SPOKEN = re.compile(r'\b(?:aria-label|alt|title|placeholder)="([^"]*)"')
CATALOGUES = sorted(LOCALES.glob("*.po"))
VALUE = re.compile(r"%\((\w+)\)s")
TAG = re.compile(r"</?\w+[^>]*>")
WANTED = messages()
each = pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)


def read(file: Path) -> Catalog:
    return read_po(io.BytesIO(file.read_bytes()), locale=file.stem, abort_invalid=True)


def translated(file: Path) -> list[Message]:
    return [message for message in read(file) if message.id]


def forms(text: object) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, (tuple, list)) else (str(text),)


def test_the_product_speaks_more_than_english() -> None:
    assert "de" in [file.stem for file in CATALOGUES]
    assert len(WANTED) > 100


def words_outside_messages(source: str) -> set[str]:
    """What a template says by itself: its text, and the attributes that are read out."""
    bare = NO_WORDS.sub("", JINJA.sub("", source))
    said = " ".join([re.sub(r"<[^>]*>", " ", bare), *SPOKEN.findall(bare)])
    said = re.sub(r"&#?\w+;|/[#\w]+", " ", said)  # neither an entity nor a path is a word
    return set(re.findall(r"[^\W\d_]{2,}", said)) - SAID_NOWHERE_ELSE


def test_templates_say_nothing_but_messages() -> None:
    templates = LOCALES.parent
    files = [*templates.glob("web/**/*.html"), *templates.glob("email/*/*")]
    said = {str(file): words_outside_messages(file.read_text("utf-8")) for file in files}
    assert {name: words for name, words in said.items() if words} == {}
    assert words_outside_messages('<p title="So">{{ _("Yes") }} No</p>') == {"So", "No"}


@each
def test_a_catalogue_is_what_dev_py_translate_would_write(file: Path) -> None:
    before = file.read_text("utf-8")
    assert updated(file.stem, before, WANTED) == before, "run python3 dev.py translate"


@each
def test_every_message_has_its_translation(file: Path) -> None:
    found = translated(file)
    assert len(found) == len(WANTED)
    assert [one.id for one in found if one.fuzzy or not all(forms(one.string))] == []
    plurals = [one for one in found if isinstance(one.id, tuple)]
    assert [one.id for one in plurals if len(forms(one.string)) != read(file).num_plurals] == []


@each
def test_a_translation_has_the_values_of_its_message(file: Path) -> None:
    for message in translated(file):
        known = {name for form in forms(message.id) for name in VALUE.findall(form)} | {"num"}
        for said, form in zip(forms(message.string), forms(message.id), strict=False):
            values = set(VALUE.findall(said))
            assert values <= known, message.id
            assert isinstance(message.id, tuple) or values == set(VALUE.findall(form)), message.id


@each
def test_a_translation_opens_no_tag_its_message_does_not(file: Path) -> None:
    for message in translated(file):
        known = {tag for form in forms(message.id) for tag in TAG.findall(form)}
        assert {tag for said in forms(message.string) for tag in TAG.findall(said)} <= known


@each
def test_a_translation_is_one_line_without_stray_blanks_and_percents(file: Path) -> None:
    for message in translated(file):
        for said in forms(message.string):
            assert said == said.strip()
            assert "\n" not in said
            assert re.fullmatch(r"(?:[^%]|%%|%\(\w+\)s)*", said), message.id


@each
def test_the_product_reads_it_as_it_is(file: Path) -> None:
    spoken = language(file.stem, {f"locale/{file.name}": file.read_text("utf-8")})
    assert spoken.gettext("Unsubscribe") != "Unsubscribe"

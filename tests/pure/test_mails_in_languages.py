"""A mail speaks its publication's language, and is laid out the way that language is written."""

import re

import pytest

from digest.issues.outline import outline
from digest.issues.rendering import render, render_letter, templates
from digest.language import Language, language
from digest.markers import chosen, topics
from digest.model import Comparison, IssueKind, Rendering
from tests.makers import a_comparison, a_publication, a_tool, an_issue, the_mail_templates

FRENCH = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "Unsubscribe"
msgstr "Se désabonner"

msgid "You have left %(list)s. This was the last mail to this address."
msgstr "Vous avez quitté <b>%(list)s</b>."
"""
SOURCES = the_mail_templates() | {"locale/fr.po": FRENCH}
TEMPLATES = templates(SOURCES)
CODING, WRITING = (
    a_comparison(a_tool(f"{name} A", category=name), a_tool(f"{name} B", category=name))
    for name in ("Coding", "Writing")
)


def a_digest(spoken: Language, *comparisons: Comparison) -> Rendering:
    return render(an_issue(), comparisons, a_publication(language=spoken), TEMPLATES)


def test_a_catalogue_s_words_stand_in_both_parts() -> None:
    rendering = a_digest(language("fr", SOURCES), a_comparison())
    assert "Se désabonner" in outline(rendering.html).text
    assert "Se désabonner: https://shiporskip.example/unsubscribe/" in rendering.text


@pytest.mark.parametrize(
    ("tag", "day"),
    [("en-GB", "22 November 2026"), ("de", "22. November 2026"), ("fr", "22 novembre 2026")],
)
def test_the_day_is_written_as_the_language_writes_it(tag: str, day: str) -> None:
    rendering = a_digest(language(tag, SOURCES), a_comparison())
    assert day in outline(rendering.html).text
    assert day in rendering.text


def test_a_value_in_a_sentence_stays_text_whatever_the_translator_puts_around_it() -> None:
    publication = a_publication(language=language("fr", SOURCES), list_name="<i>{{ x }}</i>")
    rendering = render_letter("goodbye", {}, publication, TEMPLATES)
    assert "<b>&lt;i&gt;&#123;&#123; x &#125;&#125;&lt;/i&gt;</b>" in rendering.html
    assert "Vous avez quitté <b><i>{{ x }}</i></b>." in rendering.text


def test_a_mail_names_its_language_and_its_direction() -> None:
    html = a_digest(language("ar", SOURCES), a_comparison()).html
    assert re.search(r'<html lang="ar" dir="rtl"', html)


@pytest.mark.parametrize("kind", list(IssueKind))
def test_where_lines_start_at_the_right_nothing_is_set_to_the_left(kind: IssueKind) -> None:
    publication = a_publication(language=language("he", SOURCES))
    html = render(an_issue(kind=kind), [a_comparison()], publication, TEMPLATES).html
    # MJML's columns align what has no text of its own; the texts in them say theirs
    shown = html.replace("font-size:0px;text-align:left;direction:rtl", "")
    assert not re.search(r"text-align:left|direction:ltr|padding-left:(?!0|20px)", shown)


def test_a_reader_of_one_topic_sees_its_comparisons_and_where_the_others_are() -> None:
    rendering = a_digest(language("en", {}), CODING, WRITING)
    for part in (rendering.html, rendering.text):
        assert topics(part) == {"coding", "writing"}
        seen = " ".join(outline(chosen(part, {"coding"})).text.split())
        assert "Coding A" in seen
        assert "Writing A" not in seen
        assert "Read the whole issue on the web" in seen


def test_a_reader_of_every_topic_or_of_none_sees_the_issue_whole() -> None:
    rendering = a_digest(language("en", {}), CODING, WRITING)
    for part in (rendering.html, rendering.text):
        assert chosen(part, ()) == chosen(part, {"coding", "writing"})
        assert "on the topics you chose" not in chosen(part, ())


def test_a_logo_takes_the_place_of_the_initial() -> None:
    publication = a_publication(logo="https://shiporskip.example/logo.png", footer="Register 7")
    html = render(an_issue(), [a_comparison()], publication, TEMPLATES).html
    (logo,) = outline(html).images
    assert (logo["src"], logo["alt"]) == ("https://shiporskip.example/logo.png", "")
    assert "Register 7" in outline(html).text


def test_an_accent_is_the_colour_of_the_mark_and_of_the_button() -> None:
    publication = a_publication(accent="#1d4ed8")
    letter = render_letter("goodbye", {}, publication, TEMPLATES)
    assert letter.html.count("#1d4ed8") >= 3

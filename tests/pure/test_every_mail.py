"""All mails of ours, in every language, pass the checks that a mail of anybody's must pass."""

from dataclasses import replace

import pytest

from digest.issues.preflight import findings, letter_findings
from digest.issues.preflight.size import Block, blocks, too_much
from digest.issues.rendering import render, templates
from digest.language import language
from digest.model import Comparison, Rendering
from tests.email import mails
from tests.email.mails import LANGUAGES, LETTERS, NAMES, WORST
from tests.makers import a_comparison, a_publication, a_tool, an_issue, the_mail_templates

TEMPLATES = templates(the_mail_templates())


def test_there_are_sixteen_mails() -> None:
    assert len(NAMES) == 16
    assert {"digest", "comparison", *LETTERS} == set(NAMES)


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_mail_of_ours_has_no_findings(name: str, tag: str) -> None:
    publication = a_publication(language=language(tag, mails.sources()))
    assert letter_findings(mails.mail(name, tag).rendering, publication) == ()


@pytest.mark.parametrize("name", WORST)
def test_the_worst_data_makes_a_mail_without_findings(name: str) -> None:
    assert letter_findings(mails.worst(name).rendering, a_publication()) == ()


# --- too long ------------------------------------------------------------------------------


def a_digest(*names: str, takeaway: str = "") -> Rendering:
    compared = [a_comparison(a_tool(name), a_tool("Callhorn")) for name in names]
    shown: list[Comparison] = [
        replace(one, takeaway=takeaway or one.takeaway, slug=one.a.slug) for one in compared
    ]
    return render(an_issue(), shown, a_publication(), TEMPLATES)


def test_a_digest_that_is_too_long_names_what_to_leave_to_the_web() -> None:
    words = "Words that a reader would rather find on the web. " * 600
    rendering = a_digest("Plainwright", "Notekeel", "Mergewren", "Inkmoor", takeaway=words)
    (found,) = [one for one in findings(rendering, a_publication()) if "bytes" in one.what]
    assert (found.level, found.place) == ("block", "HTML")
    assert found.mend.startswith("take these out of the mail, to be read on the web: ")
    assert "Inkmoor vs Callhorn (" in found.mend
    assert "Plainwright vs Callhorn" not in found.mend


def test_the_last_comparisons_go_first_and_the_first_one_stays() -> None:
    held = [Block("a", 50), Block("b", 40), Block("c", 30)]
    assert too_much(held, 20) == held[2:]
    assert too_much(held, 31) == held[1:]
    assert too_much(held, 500) == held[1:]


def test_a_digest_s_comparisons_are_known_by_their_headings() -> None:
    html = a_digest("Plainwright", "Notekeel").html
    found = blocks(html)
    assert [block.name for block in found] == ["Plainwright vs Callhorn", "Notekeel vs Callhorn"]
    assert all(2_000 < block.size < len(html) / 2 for block in found)

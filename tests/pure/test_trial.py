"""A test of an issue can be taken for nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.issues.rendering import render, templates
from digest.issues.trial import MARK, SAID, marked
from digest.language import ENGLISH
from digest.model import Rendering
from tests.makers import a_comparison, a_publication, an_issue, the_mail_templates

MAIL = Rendering(subject="s", preheader="p", html="<html><BODY class=x>Hi</BODY></html>", text="t")


def test_a_test_is_marked_in_subject_and_above_both_parts() -> None:
    done = marked(MAIL, ENGLISH)
    assert done.subject == "[Test] s"
    assert done.html.startswith("<html><BODY class=x><div ")
    assert done.html.endswith(f"{SAID}</div>Hi</BODY></html>")
    assert done.text.startswith(f"{MARK}\nThis is a test.")
    assert done.text.endswith("\n\nt")


@pytest.mark.parametrize("kind", ["subject", "headline"])
@given(words=st.text(max_size=90))
def test_every_issue_shows_the_banner_before_all_else(kind: str, words: str) -> None:
    issue = an_issue(**{kind: words})
    rendering = render(issue, [a_comparison()], a_publication(), TEMPLATES)
    done = marked(rendering, ENGLISH)
    assert done.subject == f"{MARK} {rendering.subject}"
    body = done.html.partition("<body")[2].partition(">")[2]
    assert body.startswith("<div ")
    assert body.partition("</div>")[0].endswith(SAID)
    assert done.text.partition("\n\n")[0].startswith(MARK)


TEMPLATES = templates(the_mail_templates())

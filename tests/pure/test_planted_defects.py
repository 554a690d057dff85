"""Every planted defect that can be seen before a mail goes is seen; good mails are let go."""

from operator import attrgetter

import pytest

from digest.issues.lint import html_lint, mjml_lint
from digest.issues.preflight import findings
from digest.issues.preflight.wire import wire_findings
from digest.issues.rendering import mjml_source, render, templates
from digest.readers.addressing import sample
from digest.readers.links import Tokens
from tests.defects import DEFECTS, SOURCES, WIRE, Defect, SourceDefect, WireDefect
from tests.makers import (
    SUNDAY,
    a_comparison,
    a_publication,
    an_issue,
    an_unreviewed_tool,
    the_mail_templates,
)

TEMPLATES = templates(the_mail_templates())
PUBLICATION = a_publication()
COMPARISONS = (a_comparison(), a_comparison(an_unreviewed_tool("Newcomer")))
GOOD = render(an_issue(), COMPARISONS, PUBLICATION, TEMPLATES)
MESSAGE = sample(an_issue(), GOOD, PUBLICATION, Tokens("a", "b", "c"), SUNDAY).data
NAME = attrgetter("name")
SOURCE = mjml_source(an_issue(), COMPARISONS, PUBLICATION, TEMPLATES)


def of(judge: str) -> list[Defect]:
    return [defect for defect in DEFECTS if defect.judge == judge]


def test_a_good_mail_is_let_go() -> None:
    assert findings(GOOD, PUBLICATION, MESSAGE) == ()
    assert mjml_lint.problems(SOURCE) == ()


def test_there_are_thirty_defects_and_more() -> None:
    names = [*map(NAME, DEFECTS), *map(NAME, WIRE), *map(NAME, SOURCES)]
    assert len(set(names)) == len(names) >= 60


@pytest.mark.parametrize("defect", of("preflight"), ids=NAME)
def test_preflight_sees_it_and_says_where_and_how_to_mend_it(defect: Defect) -> None:
    found = findings(defect.spoil(GOOD), PUBLICATION)
    (first, *_) = [finding for finding in found if defect.said in finding.what]
    assert first.place
    assert first.mend


@pytest.mark.parametrize("defect", of("html lint"), ids=NAME)
def test_the_lint_of_the_html_sees_it_and_so_does_preflight(defect: Defect) -> None:
    spoiled = defect.spoil(GOOD)
    assert defect.said in "; ".join(map(str, html_lint.problems(spoiled.html)))
    assert [found.level for found in findings(spoiled, PUBLICATION) if defect.said in found.what]


@pytest.mark.parametrize("defect", WIRE, ids=NAME)
def test_preflight_sees_it_on_the_wire(defect: WireDefect) -> None:
    assert defect.old in MESSAGE
    found = wire_findings(MESSAGE.replace(defect.old, defect.new, 1), GOOD, PUBLICATION)
    assert defect.said in "; ".join(map(str, found))
    assert {finding.level for finding in found} == {"block"}


@pytest.mark.parametrize("defect", SOURCES, ids=NAME)
def test_the_lint_of_the_source_sees_it(defect: SourceDefect) -> None:
    assert defect.old in SOURCE
    problems = mjml_lint.problems(SOURCE.replace(defect.old, defect.new, 1))
    assert problems
    assert defect.said in "; ".join(map(str, problems))

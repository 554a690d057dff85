"""Each judge from outside catches the planted defects that it is there for."""

import pytest

from tests.defects import DEFECTS, Defect
from tests.email.judges import JUDGES
from tests.email.mails import mail
from tests.judges.browser import Screen

# Defects that an earlier judge of ours must catch, and on which one from outside agrees with it.
SECOND_OPINIONS = (
    ("faint text in light", "axe"),
    ("faint text in dark", "axe"),
    ("an image without words", "axe"),
    ("a link without words", "axe"),
    ("a heading skipped", "axe"),
    ("a flexible box", "caniemail"),
    ("a place of its own", "caniemail"),
    ("a font from elsewhere", "caniemail"),
    ("a table left open", "html-validate"),
    ("an id twice", "html-validate"),
    ("a style of 700 pixels", "outlook"),
)
OURS = [(defect.name, defect.judge) for defect in DEFECTS if defect.judge in JUDGES]
NAMED = {defect.name: defect for defect in DEFECTS}


@pytest.mark.parametrize(("name", "judge"), [*OURS, *SECOND_OPINIONS])
def test_a_planted_defect_is_caught(screen: Screen, name: str, judge: str) -> None:
    defect: Defect = NAMED[name]
    assert JUDGES[judge](defect.spoil(mail("digest").rendering), screen)


@pytest.mark.parametrize("judge", JUDGES)
def test_a_mail_of_ours_is_free_of_them(screen: Screen, judge: str) -> None:
    assert not JUDGES[judge](mail("digest").rendering, screen)


def test_every_judge_has_a_defect_to_catch() -> None:
    assert {judge for _, judge in (*OURS, *SECOND_OPINIONS)} == JUDGES.keys()

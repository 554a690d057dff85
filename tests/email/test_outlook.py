"""In Outlook for Windows a mail keeps its frame of 640 pixels."""

import pytest

from tests.email.mails import LANGUAGES, WORST, every, mail, worst
from tests.email.outlook import as_outlook, too_wide


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_columns_of_every_mail_add_up_to_its_frame(language: str) -> None:
    for one in (*every(language), *(worst(name, language) for name in WORST)):
        assert too_wide(one.html) == [], one.name


def test_outlook_sees_its_own_tables_and_nothing_made_for_others() -> None:
    html = as_outlook(mail("comparison").html)
    assert "<!--" not in html
    assert html.count("width:640px") > 5
    assert "IE=edge" not in html


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ('<table width="700"></table>', "<table {'width': '700'}> asks for 700 px and has 640"),
        ('<div style="padding:0 20px"><img width="620"></div>', "620 px and has 600"),
        (
            "<table><tr><td style='width:400px'></td><td style='width:300px'></td></tr></table>",
            "the cells of a row ask for 700 px and have 640",
        ),
        (
            "<!--[if mso | IE]><table><tr><td style='vertical-align:top;width:300px'></td></tr>"
            "</table><![endif]-->",
            "the columns of a section add up to 300 px, not to 640",
        ),
    ],
)
def test_what_breaks_the_frame_is_named(table: str, problem: str) -> None:
    (found,) = too_wide(f"<body>{table}</body>")
    assert problem in found

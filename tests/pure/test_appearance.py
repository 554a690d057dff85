import re

from hypothesis import given
from hypothesis import strategies as st

from digest.issues.appearance import VIEWS, alone, frame, in_colors, sheet, unstyled

MAIL = (
    '<html><head><meta name="color-scheme" content="light dark">'
    "<style>:root{color-scheme:light dark}@media (prefers-color-scheme:dark){p{color:#fff}}"
    "@media screen and ( Prefers-Color-Scheme : light ){p{color:#000}}</style></head>"
    '<body><p style="color:#111">I prefer my color-scheme plain.</p></body></html>'
)


def test_a_mail_in_dark_has_its_dark_rules_and_no_light_ones() -> None:
    dark = in_colors(MAIL, "dark")
    assert "@media (min-width:0){p{color:#fff}}" in dark
    assert "@media screen and (max-width:0){p{color:#000}}" in dark


def test_a_mail_in_light_has_no_dark_rules() -> None:
    assert "@media (max-width:0){p{color:#fff}}" in in_colors(MAIL, "light")


def test_the_page_itself_is_in_the_scheme() -> None:
    dark = in_colors(MAIL, "dark")
    assert '<meta name="color-scheme" content="dark">' in dark
    assert ":root{color-scheme:dark}" in dark


def test_the_words_of_a_mail_stay() -> None:
    assert "I prefer my color-scheme plain." in in_colors(MAIL, "dark")


@given(st.text(), st.sampled_from(["light", "dark"]))
def test_once_in_its_colours_a_mail_stays_in_them(words: str, scheme: str) -> None:
    shown = in_colors(MAIL.replace("plain", words), scheme)  # type: ignore[arg-type]
    assert in_colors(shown, scheme) == shown  # type: ignore[arg-type]


def test_without_its_styles_a_mail_keeps_its_words_and_inline_ones() -> None:
    plain = unstyled(MAIL)
    assert "@media" not in plain
    assert '<p style="color:#111">' in plain


def test_a_frame_holds_the_mail_as_one_attribute_and_runs_nothing() -> None:
    shown = frame("<p title=\"a & 'b'\">x</p><script>alert(1)</script>", VIEWS[0], 300)
    (source,) = re.findall(r'srcdoc="([^"]*)"', shown)
    assert "<" not in source
    assert 'sandbox="allow-same-origin"' in shown


def test_a_sheet_names_every_view_it_shows() -> None:
    page = sheet((view, frame(MAIL, view, 100)) for view in VIEWS)
    assert page.count("<iframe") == len(VIEWS)
    for said in ("640 px, light", "640 px, dark", "375 px, light", "375 px, dark"):
        assert f"<figcaption>{said}</figcaption>" in page


def test_a_page_of_one_frame_shows_nothing_else() -> None:
    assert alone(frame(MAIL, VIEWS[0], 100)).count("<iframe") == 1

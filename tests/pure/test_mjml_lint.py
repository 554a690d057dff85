import pytest

from digest.issues.lint import html_lint
from digest.issues.lint.components import NOT_ALLOWED
from tests.pure.mjml_documents import TEXT, TITLE, a_column, a_source, rendered, said


def test_a_source_of_all_that_we_allow_has_no_problem() -> None:
    head = f"""{TITLE}
<mj-breakpoint width="560px" />
<mj-attributes>
<mj-all padding="0px" /><mj-text color="#111111" /><mj-class name="dim" color="gray" />
</mj-attributes>
<mj-raw><meta name="color-scheme" content="light dark"></mj-raw>
<mj-style>.cd>table{{color:#111}}</mj-style>"""
    source = a_source(
        "<mj-raw>__FOR:coding,writing%20tools__</mj-raw>",
        "<mj-raw><!--[if mso]><p>For Outlook</p><![endif]--><div>&nbsp;<br></div></mj-raw>",
        '<mj-wrapper border="1px solid #dddddd" border-radius="14px">',
        '<mj-section padding="10px 0px"><mj-group><mj-column width="50%"><mj-spacer /></mj-column>'
        '<mj-column width="50%"><mj-divider border-width="1px" /></mj-column></mj-group>',
        "</mj-section></mj-wrapper>",
        a_column(
            '<mj-text mj-class="dim">A <b>bold</b> claim<br><!-- a remark --></mj-text>',
            "<mj-table>__FOR:coding__<tr><td>One</td></tr>__END__</mj-table>",
            "<mj-text>__PARTLY__<p>More on the web</p>__END__</mj-text>",
            '<mj-button href="https://plain.example/">Read it</mj-button>',
            '<mj-image src="https://plain.example/logo.png" alt="" width="30px" />',
        ),
        "<mj-raw>__END__</mj-raw>",
        head=head,
    )
    assert said(source) == []
    assert html_lint.problems(rendered(source)) == ()


def test_a_problem_names_its_line_and_its_element() -> None:
    source = a_source("", a_column('<mj-text padding="0 20px">x</mj-text>'))
    assert said(source) == ["line 5, <mj-text>: padding “0 20px” has a number without px"]


@pytest.mark.parametrize(
    ("attributes", "complaint"),
    [
        ('padding="0 20px"', "padding “0 20px” has a number without px"),
        ('padding="1em"', "padding “1em” has “1em”, and takes px alone"),
        ('padding="5% 6%"', "padding “5% 6%” has “5%”, and takes px alone"),
        ('padding="1px 1px 1px 1px 1px"', "is not one to four lengths in px"),
        ('padding="1px  1px"', "is not one to four lengths in px"),
        ('padding-left="0"', "padding-left “0” has a number without px"),
        ('font-size="1.5rem"', "has “1.5rem”, and takes px alone"),
        ('line-height="1.5"', "has a number without px or %"),
        ('letter-spacing="-.1em"', "has “-.1em”, and takes px alone"),
        ('color="#12345"', "is not a colour"),
        ('color="rgb(1,2,3)"', "is not a colour"),
        ('color="mauvish"', "is not a colour"),
        ('font-size="١٢px"', "is not a length such as “12px”"),
        ('align="start"', "is not one of left, center, right, justify"),
        ('font-style="slanted"', "is not one of normal, italic, oblique"),
        ('font-weight="heavy"', "is not one of normal, bold, 100"),
        ('css-class="a  b"', "is not names of classes"),
        ('font-family=""', "is not text"),
        ('colour="#111111"', "there is no attribute “colour”"),
        ('color="#111111" color="#222222"', "color stands there 2 times"),
        ('background-color="#111111"', "use container-background-color"),
        ('css-class="<mj-text>"', "css-class holds a “<”"),
        ('mj-class="one two"', "names two classes"),
        ('mj-class="nowhere"', "no <mj-class> above has the name “nowhere”"),
        ("color=red", "is no tag that can be read"),
        ('color="red"align="left"', "is no tag that can be read"),
    ],
)
def test_a_wrong_attribute_of_a_text_is_told(attributes: str, complaint: str) -> None:
    found = said(a_source(a_column(f"<mj-text {attributes}>x</mj-text>")))
    assert any(complaint in problem for problem in found), found


@pytest.mark.parametrize(
    ("part", "complaint"),
    [
        ('<mj-image src="https://plain.example/a.png" />', "<mj-image>: alt is missing"),
        ('<mj-image alt="" />', "<mj-image>: src is missing"),
        ("<mj-button>Read it</mj-button>", "<mj-button>: href is missing"),
        ('<mj-button href="">Read it</mj-button>', "<mj-button>: href is empty"),
        ('<mj-text><a href=" ">x</a></mj-text>', "<a>: href is empty"),
        ('<mj-button href="h"><a href="i">x</a></mj-button>', "<a>: is a link within a link"),
        ('<mj-divider border-width="1" />', "has a number without px"),
        ('<mj-button href="h" border="0 none">x</mj-button>', "has a number without px"),
        ('<mj-button href="h" border="1px solid ink">x</mj-button>', "is not “none”, or a border"),
        ("<mj-text><b><i>x</b></i></mj-text>", "<i>: is still open at </b>"),
        ("<mj-text><p>x</mj-text>", "<p>: is still open at </mj-text>"),
        ("<mj-text>x</p></mj-text>", "<p>: </p> closes no open element"),
        ("<mj-text></br></mj-text>", "<br>: </br> closes no open element"),
        ('<mj-text><b>x</b class="y"></mj-text>', "a closing tag takes no attributes"),
        ("<mj-text><div/>x</mj-text>", "<div>: cannot close itself"),
        ("<mj-text><P>x</P></mj-text>", "<P>: is not in lower case"),
        ("<mj-text><p><table></table></p></mj-text>", "<table>: stands in a <p>"),
        ("<mj-text><td>x</td></mj-text>", "<td>: stands in <mj-text>, not in <tr>"),
        ("<mj-table>Loose<tr><td>x</td></tr></mj-table>", "“Loose” stands outside of a cell"),
        ("<mj-text>1 < 2</mj-text>", "<mj-text>: “<” stands in text: write “&lt;”"),
        ("<mj-text>— 2 > 1</mj-text>", "<mj-text>: “>” stands in text: write “&gt;”"),
        ("<mj-text><!-- no end</mj-text>", "a comment is never closed"),
        ("<mj-text><!-- one <!-- two --></mj-text>", "a comment holds the start of another"),
        ("<mj-text><!-- <mj-text> --></mj-text>", "a comment holds MJML"),
        ("<mj-text><!--[if mso]><p></mj-text><!-- -->", "a conditional comment is never closed"),
        ("<mj-text><!--[if !mso]><!-->x</mj-text>", "a conditional comment is never closed"),
        ("<mj-text><!--<![endif]--></mj-text>", "“<![endif]” closes no condition"),
        ("<mj-table><!--[if mso]>x<![endif]--></mj-table>", "a condition stands in <mj-table>"),
        ("<mj-text><?php ?></mj-text>", "“<?” opens no comment and no doctype"),
        ("<mj-text><!doctype html></mj-text>", "MRML writes the doctype itself"),
        ("<mj-text>{{ name }}</mj-text>", "“{{” is left over from a template"),
        ("<mj-text>{% if %}</mj-text>", "“{%” is left over from a template"),
        ("<mj-text>\x01</mj-text>", "the character U+0001"),
        ("<mj-text><mj-text>x</mj-text></mj-text>", "<mj-text>: stands in <mj-text>, not in"),
        ("<mj-txt>x</mj-txt>", "<mj-txt>: is none of the components"),
        ("<mj-Text>x</mj-Text>", "<mj-Text>: is none of the components"),
        ("<p>x</p>", "<p>: is HTML in <mj-column>, which takes components"),
        ("x", "<mj-column>: “x” is text in <mj-column>, which takes components"),
        ("<mj-spacer>x</mj-spacer>", "which takes nothing"),
        ("<mj-section></mj-section>", "<mj-section>: stands in <mj-column>, not in"),
        ("<mj-raw>x</mj-raw>", "<mj-raw>: stands in <mj-column>, not in <mj-body>"),
    ],
)
def test_what_is_wrong_in_a_column_is_told(part: str, complaint: str) -> None:
    found = said(a_source(a_column(part)))
    assert any(complaint in problem for problem in found), found


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("", "line 1, <mjml>: is missing"),
        (f'<mjml lang="en" dir="ltr"><mj-head>{TITLE}</mj-head></mjml>', "<mj-body>: is missing"),
        ('<mjml lang="en" dir="ltr"><mj-body></mj-body></mjml>', "<mj-head>: is missing"),
        (a_source(head=""), "<mj-title>: is missing"),
        (a_source(head="<mj-title> </mj-title>"), "<mj-title>: is empty"),
        (a_source(head="<mj-title><b>x</b></mj-title>"), "<b>: is HTML in <mj-title>"),
        (a_source(head='<mj-title>“a" b</mj-title>'), "a quote ends the attribute"),
        (a_source(head=TITLE * 2), "<mj-title>: there is a second <mj-title>"),
        (a_source("</mj-body><mj-body>"), "<mj-body>: there is a second <mj-body>"),
        (a_source("</mj-body><mj-head></mj-head><mj-body>"), "<mj-head>: comes after <mj-body>"),
        (a_source(attributes='dir="ltr"'), "<mjml>: lang is missing"),
        (a_source(attributes='lang="en"'), "<mjml>: dir is missing"),
        (a_source(attributes='lang="en" dir="auto"'), "dir “auto” is not one of ltr, rtl"),
        (a_source(attributes='lang="en" dir="ltr" owa="desktop"'), "owa is not allowed: MRML"),
        (a_source() + "x", "“x” is text in no element"),
        (a_source() + "<mj-section></mj-section>", "<mj-section>: stands in no element"),
        (a_source(TEXT), "<mj-text>: stands in <mj-body>, not in <mj-attributes> or <mj-column>"),
        (a_source("<mj-section>" + a_column() + "</mj-section>"), "stands in <mj-section>, not in"),
        (a_source("__FOR:coding__"), "“__FOR:coding__” is text in <mj-body>"),
        (a_source("<mj-raw><div></mj-raw><mj-raw></div></mj-raw>"), "<div>: is still open at"),
        (a_source("<!--[if mso]><p>x</p><![endif]-->"), "a condition stands in <mj-body>"),
        (a_source(head=TITLE + "<mj-raw>x</mj-raw>"), "“x” would end the head of the page"),
        (a_source(head=TITLE + "<mj-breakpoint />"), "<mj-breakpoint>: width is missing"),
    ],
)
def test_what_is_wrong_with_a_whole_document_is_told(source: str, complaint: str) -> None:
    found = said(source)
    assert any(complaint in problem for problem in found), found


@pytest.mark.parametrize(
    ("part", "complaint"),
    [
        ('<mj-style inline="inline">a{}</mj-style>', "<mj-style>: inline is not allowed: MRML"),
        ("<mj-style>a{font-family:&#39;Arial&#39;}</mj-style>", "“&#39;” may not stand in CSS"),
        ('<mj-style>a{font-family:"Arial"}</mj-style>', '“"” may not stand in CSS here'),
        ("<mj-style>a{}/* <mj-text> */</mj-style>", "“<” may not stand in CSS here"),
        ("<mj-style>a::after{content:—}</mj-style>", "“—” may not stand in CSS here"),
        ("<mj-attributes><mj-class /></mj-attributes>", "<mj-class>: name is missing"),
        ('<mj-attributes><mj-all padding="0" /></mj-attributes>', "has a number without px"),
        ('<mj-attributes><mj-all paddin="0px" /></mj-attributes>', "no attribute “paddin”"),
        ("<mj-attributes><mj-raw /></mj-attributes>", "<mj-raw>: stands in <mj-attributes>"),
        ("<mj-attributes><mj-text>x</mj-text></mj-attributes>", "which takes nothing"),
        ("<mj-attributes><p>x</p></mj-attributes>", "<p>: is HTML in <mj-attributes>"),
        (
            '<mj-attributes><mj-class name="a"><mj-text /></mj-class></mj-attributes>',
            "<mj-text>: stands in <mj-class>",
        ),
    ],
)
def test_what_is_wrong_in_the_head_is_told(part: str, complaint: str) -> None:
    found = said(a_source(head=TITLE + part))
    assert any(complaint in problem for problem in found), found


@pytest.mark.parametrize("name", NOT_ALLOWED)
def test_a_component_we_do_without_says_why(name: str) -> None:
    found = said(a_source(a_column(f"<{name} />")))
    assert found == [f"line 4, <{name}>: is not allowed: {NOT_ALLOWED[name]}"]


@pytest.mark.parametrize(
    ("widths", "total"),
    [
        (("50%", "60%"), 110),
        (("70%", ""), 120),
        (("300px", "400px"), 117),
        (("33.34%", "33.34%", "33.34%"), None),
        (("", "", ""), None),
        (("30%", "60%"), None),
    ],
)
def test_columns_have_room_beside_each_other(widths: tuple[str, ...], total: int | None) -> None:
    columns = (
        f'<mj-column width="{width}"></mj-column>' if width else "<mj-column />" for width in widths
    )
    found = said(a_source(f"<mj-section>{''.join(columns)}</mj-section>"))
    expected = f"line 4, <mj-section>: its columns are {total}% wide together"
    assert found == ([expected] if total else [])


def test_widths_that_defaults_and_classes_set_count_too() -> None:
    defaults = '<mj-column width="40%" /><mj-class name="wide" width="70%" />'
    head = f"{TITLE}<mj-attributes>{defaults}</mj-attributes>"
    columns = '<mj-column mj-class="wide" /><mj-column />'
    found = said(a_source(f"<mj-section>{columns}</mj-section>", head=head))
    assert found == ["line 4, <mj-section>: its columns are 110% wide together"]


def test_a_column_s_width_in_px_is_whole() -> None:
    found = said(a_source('<mj-section><mj-column width="150.5px" /></mj-section>'))
    complaint = "width “150.5px” is not a width such as “300px” or “33.34%”"
    assert found == [f"line 4, <mj-column>: {complaint}"]


def test_columns_in_px_are_held_against_the_width_of_the_body() -> None:
    columns = '<mj-section><mj-column width="320px" /><mj-column width="320px" /></mj-section>'
    assert said(a_source(columns)) == ["line 4, <mj-section>: its columns are 107% wide together"]
    assert said(a_source(columns).replace("<mj-body>", '<mj-body width="640px">')) == []


def test_nothing_is_read_below_a_hundred_elements() -> None:
    source = a_source(a_column("<mj-text>", "<b>" * 200, "</b>" * 200, "</mj-text>"))
    assert said(source) == [
        "line 4, <b>: stands deeper than 100 elements; nothing after it was read"
    ]

"""The table of components, held against what MRML does with them."""

import pytest

from digest.issues.lint.components import COMPONENTS, LEFT_OUT, SHOWN, Holds
from tests.pure.mjml_documents import TEXT, a_column, a_source, rendered, said

SAMPLES = {
    "padding": "7px 9px",
    "inner-padding": "3px 4px",
    "color": "#abcdef",
    "font-family": "Verdana",
    "line-height": "44px",
    "font-style": "italic",
    "font-weight": "900",
    "text-decoration": "underline",
    "text-transform": "uppercase",
    "direction": "rtl",
    "full-width": "full-width",
    "vertical-align": "bottom",
    "border-style": "dashed",
    "table-layout": "fixed",
    "fluid-on-mobile": "true",
    "background-repeat": "no-repeat",
    "background-size": "cover",
    "background-position": "left bottom",
    "background-position-x": "left",
    "background-position-y": "bottom",
    "cellpadding": "4",
    "srcset": "https://plain.example/b.png 2x",
    "href": "https://plain.example/",
    "src": "https://plain.example/b.png",
    "background-url": "https://plain.example/b.png",
    "usemap": "plan",
    "target": "_top",
}


def a_sample(attribute: str) -> str:
    if attribute in SAMPLES:
        return SAMPLES[attribute]
    if "align" in attribute:
        return "right"
    if attribute.endswith("color"):
        return "#fedcba"
    if "radius" in attribute or attribute.endswith(("width", "height", "size", "spacing")):
        return "77px"
    if "border" in attribute:
        return "3px dashed #123456"
    return "7px" if "padding" in attribute else "word"


def with_component(name: str, attributes: str) -> str:
    """A document in which this component stands where each of its attributes has a use."""
    if name == "mj-body":
        return a_source(a_column(TEXT)).replace("<mj-body>", f"<mj-body {attributes}>")
    content = {"mj-table": "<tr><td>x</td></tr>", "mj-column": TEXT}.get(name, "x")
    content = "" if COMPONENTS[name].holds is Holds.NOTHING else content
    if name in ("mj-group", "mj-section", "mj-wrapper"):
        content = f"<mj-column>{TEXT}</mj-column><mj-column>{TEXT}</mj-column>"
    if name == "mj-wrapper":
        content = f"<mj-section>{content}</mj-section>"
    element = f"<{name} {attributes}>{content}</{name}>"
    if name in ("mj-wrapper", "mj-section"):
        return a_source(element)
    if name in ("mj-column", "mj-group"):
        return a_source(f"<mj-section>{element}<mj-column>{TEXT}</mj-column></mj-section>")
    return a_source(a_column(element))


USED_WITH = {
    "mj-button": 'href="https://keel.example/"',
    "mj-image": 'src="https://keel.example/a.png" alt="" href="https://keel.example/"',
    "mj-section": 'background-url="https://keel.example/a.png"',
    "mj-wrapper": 'background-url="https://keel.example/a.png"',
    "mj-column": 'padding="5px"',
}


def companions(name: str, attribute: str) -> str:
    """Attributes without which this one has no use, or another is missing."""
    others = USED_WITH.get(name, "").split()
    return " ".join(other for other in others if not other.startswith(f"{attribute}="))


ALLOWED = [
    (name, attribute)
    for name, component in {**SHOWN, "mj-body": COMPONENTS["mj-body"]}.items()
    for attribute in component.attributes
    if attribute != "mj-class"
]


@pytest.mark.parametrize(("name", "attribute"), ALLOWED)
def test_mrml_acts_on_every_attribute_we_allow(name: str, attribute: str) -> None:
    others = companions(name, attribute)
    plain = with_component(name, others)
    source = with_component(name, f'{others} {attribute}="{a_sample(attribute)}"')
    assert said(source) == []
    assert rendered(source) != rendered(plain)


@pytest.mark.parametrize(("name", "attribute"), LEFT_OUT)
def test_an_attribute_we_do_without_says_why(name: str, attribute: str) -> None:
    reason = LEFT_OUT[name, attribute]
    found = said(a_source(a_column(f'<{name} {attribute}="1" />')))
    assert any(f"{attribute} is not allowed: {reason}" in problem for problem in found)


IGNORED = [
    pair for pair, reason in LEFT_OUT.items() if "MRML ignores" in reason and pair[0] in SHOWN
]


@pytest.mark.parametrize(("name", "attribute"), IGNORED)
def test_mrml_still_ignores_what_we_leave_out_for_that(name: str, attribute: str) -> None:
    others = companions(name, attribute)
    with_it = with_component(name, f'{others} {attribute}="{a_sample(attribute)}"')
    assert rendered(with_it) == rendered(with_component(name, others))

"""The part of MJML that our mails are written in: its components, and what each one takes.

Attributes are those that MJML 5 and MRML both act on, alike; `LEFT_OUT` tells about the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from digest.issues.lint import values as v
from digest.issues.lint.tags import names
from digest.issues.lint.values import Values


class Holds(Enum):
    """What may stand in a component."""

    COMPONENTS = auto()
    HTML = auto()
    TEXT = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Component:
    parents: frozenset[str]
    holds: Holds
    attributes: Mapping[str, Values]
    needs: tuple[str, ...] = ()


Table = dict[str, Values]
SIDES = ("top", "right", "bottom", "left")

PADDINGS: Table = {"padding": v.PADDING, **{f"padding-{side}": v.PX for side in SIDES}}
BORDERS: Table = {
    "border": v.BORDER,
    "border-radius": v.CORNERS,
    **{f"border-{side}": v.BORDER for side in SIDES},
}
TYPE: Table = {
    "color": v.COLOR,
    "font-family": v.TEXT,
    "font-size": v.PX,
    "line-height": v.PX_OR_SHARE,
}
LETTERING: Table = {
    "font-style": v.STYLE,
    "font-weight": v.WEIGHT,
    "letter-spacing": v.SIGNED_PX,
    "text-decoration": v.DECORATION,
    "text-transform": v.LETTERS,
}
SECTION: Table = {
    "background-color": v.COLOR,
    "background-url": v.ADDRESS,
    "background-repeat": v.one_of("repeat", "no-repeat"),
    "background-size": v.BACKGROUND_SIZE,
    "background-position": v.POSITION,
    "background-position-x": v.POSITION,
    "background-position-y": v.POSITION,
    "direction": v.DIRECTION,
    "full-width": v.one_of("full-width"),
    "text-align": v.SIDE,
    **BORDERS,
    **PADDINGS,
}
COLUMN: Table = {
    "background-color": v.COLOR,
    "direction": v.DIRECTION,
    "vertical-align": v.HEIGHT_ON_LINE,
    "width": v.COLUMN_WIDTH,
    "inner-background-color": v.COLOR,
    **BORDERS,
    **{f"inner-{name}": kind for name, kind in BORDERS.items()},
    **PADDINGS,
}
IN_COLUMN: Table = {"container-background-color": v.COLOR, **PADDINGS}
LINK: Table = {"href": v.ADDRESS, "name": v.TEXT, "rel": v.CLASSES, "target": v.WORD}
MARKED: Table = {"css-class": v.CLASSES, "mj-class": v.WORD}

ROOT, HEAD, BODY = names("mjml"), names("mj-head"), names("mj-body")
COLUMNS, DEFAULTS = names("mj-column"), names("mj-attributes")
# Elsewhere its contents land between table rows (of a wrapper: in Outlook), and are moved out.
OUTSIDE_OF_ROWS = names("mj-head mj-body")


def _shown(parents: frozenset[str], holds: Holds, *tables: Table, needs: str = "") -> Component:
    """A component of the body; its attributes may have defaults in mj-attributes."""
    attributes = {name: kind for table in (MARKED, *tables) for name, kind in table.items()}
    return Component(parents | DEFAULTS, holds, attributes, tuple(needs.split()))


SHOWN: Mapping[str, Component] = {
    "mj-wrapper": _shown(BODY, Holds.COMPONENTS, SECTION),
    "mj-section": _shown(BODY | {"mj-wrapper"}, Holds.COMPONENTS, SECTION),
    "mj-group": _shown(
        names("mj-section"),
        Holds.COMPONENTS,
        {
            name: COLUMN[name]
            for name in ("background-color", "direction", "vertical-align", "width")
        },
    ),
    "mj-column": _shown(names("mj-section mj-group"), Holds.COMPONENTS, COLUMN),
    "mj-text": _shown(
        COLUMNS, Holds.HTML, TYPE, LETTERING, IN_COLUMN, {"align": v.ALIGNMENT, "height": v.PX}
    ),
    "mj-table": _shown(
        COLUMNS,
        Holds.HTML,
        TYPE,
        IN_COLUMN,
        {"align": v.SIDE, "cellpadding": v.NUMBER},
        {"table-layout": v.one_of("auto", "fixed"), "width": v.SIZE},
    ),
    "mj-button": _shown(
        COLUMNS,
        Holds.HTML,
        TYPE,
        LETTERING,
        BORDERS,
        LINK,
        IN_COLUMN,
        {"align": v.SIDE, "text-align": v.SIDE, "vertical-align": v.HEIGHT_ON_LINE},
        {"background-color": v.COLOR, "height": v.PX, "width": v.PX_OR_SHARE},
        {"inner-padding": v.PADDING},
        needs="href",
    ),
    "mj-image": _shown(
        COLUMNS,
        Holds.NOTHING,
        LINK,
        IN_COLUMN,
        {"src": v.ADDRESS, "srcset": v.TEXT, "alt": v.ANY_TEXT, "title": v.TEXT, "usemap": v.WORD},
        {"align": v.SIDE, "border": v.BORDER, "border-radius": v.CORNERS, "font-size": v.PX},
        {"fluid-on-mobile": v.one_of("true"), "height": v.PX_OR_AUTO, "max-height": v.PX},
        {"width": v.PX},
        needs="src alt",
    ),
    "mj-divider": _shown(
        COLUMNS,
        Holds.NOTHING,
        IN_COLUMN,
        {"align": v.SIDE, "width": v.PX_OR_SHARE},
        {"border-color": v.COLOR, "border-style": v.STROKE, "border-width": v.PX},
    ),
    "mj-spacer": _shown(COLUMNS, Holds.NOTHING, IN_COLUMN, {"height": v.PX}),
}
# What some component takes, for defaults that are not of one component.
DEFAULTED: Table = {
    name: v.any_of(
        component.attributes[name] for component in SHOWN.values() if name in component.attributes
    )
    for name in sorted({name for component in SHOWN.values() for name in component.attributes})
    if name != "mj-class"
}
COMPONENTS: Mapping[str, Component] = {
    "mjml": Component(
        frozenset({""}),
        Holds.COMPONENTS,
        {"lang": v.LANGUAGE, "dir": v.DIRECTION},
        ("lang", "dir"),
    ),
    "mj-head": Component(ROOT, Holds.COMPONENTS, {}),
    "mj-title": Component(HEAD, Holds.TEXT, {}),
    "mj-breakpoint": Component(HEAD, Holds.NOTHING, {"width": v.PX}, ("width",)),
    "mj-attributes": Component(HEAD, Holds.COMPONENTS, {}),
    "mj-all": Component(DEFAULTS, Holds.NOTHING, DEFAULTED),
    "mj-class": Component(DEFAULTS, Holds.NOTHING, {**DEFAULTED, "name": v.WORD}, ("name",)),
    "mj-style": Component(HEAD, Holds.TEXT, {}),
    "mj-body": Component(
        ROOT,
        Holds.COMPONENTS,
        {"background-color": v.COLOR, "css-class": v.CLASSES, "width": v.PX},
    ),
    "mj-raw": Component(OUTSIDE_OF_ROWS, Holds.HTML, {}),
    **SHOWN,
}

ONCE = ("mjml", "mj-head", "mj-title", "mj-body")
AT_MOST_ONCE = ("mj-breakpoint", *ONCE)

NOT_ALLOWED: Mapping[str, str] = {
    "mj-accordion": "few mail clients can open it, and MRML ignores its font-weight",
    "mj-carousel": "few mail clients can turn it, and MRML gives its images no alt",
    "mj-font": "a mail loads nothing from elsewhere",
    "mj-hero": "MRML ignores its inner-padding, and its padding in Outlook",
    "mj-html-attributes": "MRML cannot read it",
    "mj-include": "MRML would need a loader; use Jinja's include",
    "mj-navbar": "few mail clients can open its menu",
    "mj-preview": "MRML writes it white on white, as spam does; use the macro `preheader`",
    "mj-social": "its icons come from elsewhere, and MRML gives them no alt",
}
IGNORED = "MRML ignores it"
NOT_DRAWN = "MRML makes room for it and draws nothing"
OF_NO_EFFECT = "neither MJML nor MRML acts on it"
MJML_IGNORES = "MRML acts on it and MJML does not"
LEFT_OUT: Mapping[tuple[str, str], str] = {
    ("mjml", "owa"): IGNORED,
    ("mj-body", "id"): IGNORED,
    ("mj-button", "title"): IGNORED,
    ("mj-image", "sizes"): IGNORED,
    **{("mj-image", f"border-{side}"): f"{IGNORED}; use border" for side in ("top", "bottom")},
    **{("mj-image", f"border-{side}"): f"{NOT_DRAWN}; use border" for side in ("left", "right")},
    ("mj-raw", "position"): "MRML cannot read it",
    ("mj-section", "gutter"): f"{IGNORED}; use padding on the columns",
    ("mj-section", "text-padding"): OF_NO_EFFECT,
    ("mj-spacer", "border"): OF_NO_EFFECT,
    **{("mj-spacer", f"border-{side}"): OF_NO_EFFECT for side in SIDES},
    ("mj-style", "inline"): "MRML does not inline it, and prints it as any other",
    ("mj-table", "border"): "MRML alone adds border-collapse:separate; use style on the cells",
    (
        "mj-table",
        "cellspacing",
    ): "MRML collapses the borders all the same; use padding on the cells",
    ("mj-table", "font-weight"): OF_NO_EFFECT,
    ("mj-table", "role"): f"{IGNORED}; a table for layout stands in an mj-text",
    ("mj-table", "vertical-align"): MJML_IGNORES,
    ("mj-text", "background-color"): f"{OF_NO_EFFECT}; use container-background-color",
    ("mj-text", "vertical-align"): MJML_IGNORES,
    ("mj-wrapper", "gap"): f"{IGNORED}; use padding on the sections",
    ("mj-wrapper", "gutter"): f"{IGNORED}; use padding on the columns",
    ("mj-wrapper", "text-padding"): OF_NO_EFFECT,
}

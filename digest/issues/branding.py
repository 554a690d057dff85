"""A publication's own colour in the tokens that mails and pages share, in light and in dark."""

from collections.abc import Mapping
from typing import Any

from digest.errors import InputError
from digest.issues.colors import contrast, rgb

READABLE = 4.5  # WCAG 2.2, 1.4.3: text of ordinary size
STEP = 0.04  # of the way to white, while a shade for dark mode is sought

Tokens = Mapping[str, Any]


def branded(tokens: Tokens, accent: str) -> Tokens:
    """The tokens with the accent ("#0a7a4a"; "" changes nothing) as brand and button.

    Dark mode gets the first lighter shade that can be read there. Raises InputError for a colour
    that cannot be read on the light card, nor under the card's colour.
    """
    if not accent:
        return tokens
    light, dark = tokens["light"], tokens["dark"]
    ratio = contrast(accent, light["card"])
    if ratio < READABLE:
        card = light["card"]
        said = f"stands out from {card} by {ratio:.1f} to 1, and {READABLE} to 1 is needed"
        raise InputError(f"the accent {accent} {said}")
    shade = _readable_on(dark["card"], accent)
    return {
        **tokens,
        "light": {**light, **_brand(accent, light["card"])},
        "dark": {**dark, **_brand(shade, dark["card"])},
    }


def _brand(color: str, on: str) -> dict[str, str]:
    return {"brand": color, "brand_on": on, "button": color, "button_on": on}


def _readable_on(background: str, color: str) -> str:
    """The colour, or the first of its shades towards white that can be read."""
    shades = (_lighter(color, step * STEP) for step in range(round(1 / STEP) + 1))
    return next(shade for shade in shades if contrast(shade, background) >= READABLE)


def _lighter(color: str, share: float) -> str:
    return "#" + "".join(f"{round(part + (255 - part) * share):02x}" for part in rgb(color))

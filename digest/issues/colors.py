"""Colours as a reader's eye takes them (WCAG 2.2, "relative luminance" and "contrast ratio")."""

Rgb = tuple[float, float, float]  # 0 to 255 each


def rgb(color: str) -> Rgb:
    """The parts of "#0a7a4a"."""
    red, green, blue = (float(int(color[start : start + 2], 16)) for start in (1, 3, 5))
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """How far two colours such as "#0a7a4a" stand apart: from 1, the same, to 21."""
    darker, lighter = sorted((luminance(rgb(one)), luminance(rgb(other))))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: Rgb) -> float:
    """From 0, black, to 1, white."""
    red, green, blue = map(_linear, color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    share = part / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

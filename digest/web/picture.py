"""The picture of a comparison that other sites show beside a link to it (Open Graph)."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from unicodedata import category
from urllib.parse import urlsplit

from PIL import Image, ImageDraw, ImageFont

from digest.language import Language
from digest.model import Card, Comparison, Publication, initial
from digest.pairing.comparing import panel_words

SIZE = (1200, 630)  # https://ogp.me; what link previews crop least
MARGIN = 64
MIDDLE = SIZE[0] // 2
GUTTER = 48
COLUMN = MIDDLE - MARGIN - GUTTER  # the width of one side
FINER = 4
FAMILY = files("font_source_sans_pro") / "files"
LARGEST, SMALLEST = 68, 40  # of a name, in pixels
UNASSIGNED = "\U0010fffd"  # no font has it: its glyph is the one for what is missing
VARIATIONS = frozenset(map(chr, range(0xFE00, 0xFE10)))  # they choose how an emoji looks

Colors = Mapping[str, str]
Font = ImageFont.FreeTypeFont
Canvas = ImageDraw.ImageDraw


def draw(comparison: Comparison, publication: Publication, colors: Colors) -> bytes:
    """The comparison as PNG of SIZE, in the colours of a scheme of the tokens."""
    picture = Image.new("RGB", SIZE, colors["page"])
    canvas, language = ImageDraw.Draw(picture), publication.language
    _brand(canvas, publication, colors)
    for card, side, left in ((comparison.a, "a", MARGIN), (comparison.b, "b", MIDDLE + GUTTER)):
        _side(canvas, card, side, left, colors)
        _panel(canvas, card, side, left, colors, language)
    _between(canvas, language, colors)
    _outcome(canvas, comparison, colors)
    written = BytesIO()
    picture.save(written, "PNG", compress_level=6)
    return written.getvalue()


def _brand(canvas: Canvas, publication: Publication, colors: Colors) -> None:
    canvas.rectangle((0, 0, SIZE[0], 12), fill=colors["brand"])
    name = drawable(publication.name) or urlsplit(publication.base_url).hostname or ""
    _tile(canvas, (MARGIN, 52), 52, initial(name), colors["brand"], colors["brand_on"])
    lines, font = fit(name, "Semibold", 34, 34, SIZE[0] - 2 * MARGIN - 72)
    canvas.text((MARGIN + 72, 78), "".join(lines), colors["ink"], font, anchor="lm")


def _side(canvas: Canvas, card: Card, side: str, left: int, colors: Colors) -> None:
    name = shown_name(card)
    _tile(canvas, (left, 160), 84, initial(name), colors[side], colors[f"{side}_on"])
    kind, small = fit(drawable(card.category), "Regular", 28, 28, COLUMN - 104)
    canvas.text((left + 104, 202), "".join(kind), colors["mute"], small, anchor="lm")
    lines, font = fit(name, "Bold", LARGEST, SMALLEST, COLUMN)
    step = round(font.size * 1.12)
    top = 340 - len(lines) * step // 2
    for number, line in enumerate(lines):
        middle = top + number * step + step // 2
        canvas.text((left, middle), line, colors["ink"], font, anchor="lm")


def _panel(
    canvas: Canvas, card: Card, side: str, left: int, colors: Colors, language: Language
) -> None:
    """What the panel said: its average as a bar, and its calls in words."""
    words = drawable(panel_words(card.verdict, language))
    lines, font = fit(words, "Semibold", 28, 28, COLUMN)
    canvas.text((left, 470), "".join(lines), colors["ink"], font, anchor="lm")
    if card.verdict:
        _rounded(canvas, (left, 434, left + COLUMN, 446), 6, colors["track"])
        reach = left + max(12, COLUMN * card.verdict.average // 100)
        _rounded(canvas, (left, 434, reach, 446), 6, colors[f"{side}_bar"])


def _between(canvas: Canvas, language: Language, colors: Colors) -> None:
    word = drawable(language.pgettext("between two names", "vs")) or "vs"
    canvas.line((MIDDLE, 236, MIDDLE, 484), colors["line"], 3)
    canvas.text((MIDDLE, 202), word, colors["mute"], face("Semibold", 30), anchor="mm")


def _outcome(canvas: Canvas, comparison: Comparison, colors: Colors) -> None:
    words, font = drawable(comparison.outcome), face("Bold", 34)
    if not words:
        return
    tone, width = comparison.tone, round(font.getlength(words)) + 56
    _rounded(canvas, (MARGIN, 522, MARGIN + width, 584), 31, colors[tone])
    canvas.text((MARGIN + 28, 553), words, colors[f"{tone}_on"], font, anchor="lm")


def _tile(canvas: Canvas, at: tuple[int, int], size: int, letter: str, fill: str, ink: str) -> None:
    x, y = at
    _rounded(canvas, (x, y, x + size, y + size), size // 4, fill)
    font = face("Bold", size * 5 // 9)
    canvas.text((x + size / 2, y + size / 2), letter, ink, font, anchor="mm")


def _rounded(canvas: Canvas, box: tuple[int, int, int, int], radius: int, fill: str) -> None:
    """A rectangle with round corners; Pillow's own have steps where these are smooth."""
    left, top, right, bottom = box
    size = (right - left, bottom - top)
    mask = Image.new("L", (size[0] * FINER, size[1] * FINER))
    corners = (0, 0, mask.width - 1, mask.height - 1)
    ImageDraw.Draw(mask).rounded_rectangle(corners, radius * FINER, fill=255)
    canvas.bitmap((left, top), mask.resize(size, Image.Resampling.BOX), fill)


# --- words ---------------------------------------------------------------------------------


def shown_name(card: Card) -> str:
    """A tool's name as the font can draw it; where it lacks most of the letters, the tool's host,
    or else its slug, which are ASCII."""
    drawn = drawable(card.name)
    letters = sum(map(str.isalnum, card.name))
    if 2 * sum(map(str.isalnum, drawn)) > letters:
        return drawn
    return drawable(urlsplit(card.url).hostname or "").removeprefix("www.") or card.slug


def drawable(text: str) -> str:
    """The text without what the font has no glyph for, such as emoji."""
    kept = "".join(letter for letter in text if letter.isspace() or _has_glyph(letter))
    return " ".join(kept.split())


def fit(text: str, weight: str, largest: int, smallest: int, width: int) -> tuple[list[str], Font]:
    """The text in at most two lines of a width in pixels, as large as it goes; cut where even the
    smallest size is too wide. A text of one size stays on one line."""
    most = 1 if largest == smallest else 2
    for size in range(largest, smallest - 1, -4):
        font = face(weight, size)
        lines = _wrapped(text, font, width)
        if len(lines) <= most and all(font.getlength(line) <= width for line in lines):
            return lines, font
    kept = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [_cut(line, font, width) for line in kept if line], font


def _wrapped(text: str, font: Font, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _cut(line: str, font: Font, width: int) -> str:
    if font.getlength(line) <= width:
        return line
    end = len(line)
    while end and font.getlength(line[:end].rstrip() + "…") > width:
        end -= 1
    return line[:end].rstrip() + "…"


@lru_cache(maxsize=64)
def face(weight: str, size: int) -> Font:
    return ImageFont.truetype(BytesIO(_file(weight)), size)


@lru_cache(maxsize=8)
def _file(weight: str) -> bytes:
    return (FAMILY / f"SourceSansPro-{weight}.ttf").read_bytes()


@lru_cache(maxsize=4096)
def _has_glyph(letter: str) -> bool:
    invisible = category(letter)[0] == "C" or letter in VARIATIONS
    return not invisible and _mask(letter) != _mask(UNASSIGNED)


def _mask(letter: str) -> bytes:
    return bytes(face("Bold", 40).getmask(letter))

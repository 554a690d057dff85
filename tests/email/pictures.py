"""Pictures of mails, compared as an eye would: by small blocks and not by pixels.

Another Chromium or another processor draws the edge of a letter a little differently. The mean
colour of a block hardly notices; a word, a colour or a line that moved it does.
"""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageChops, ImageStat

BLOCK = 8  # pixels, each way
TOLERANCE = 24  # levels of 255 by which a block's red, green or blue may differ
MARGIN, BACKDROP = 40, "#c9c9c9"  # of a sheet, in pixels before it is halved
COLORS = 256  # of a kept picture: a third of the bytes, and no block further off than 2 levels


def drawn(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png)).convert("RGB")


def few_colors(picture: Image.Image) -> Image.Image:
    """The picture in few colours, for keeping."""
    covering, plain = Image.Quantize.MAXCOVERAGE, Image.Dither.NONE
    return picture.quantize(COLORS, covering, kmeans=2, dither=plain)


def side_by_side(rows: Sequence[Sequence[Image.Image]], height: int) -> Image.Image:
    """Rows of pictures on one sheet at half their size; each shows its first `height` pixels."""
    cropped = [[one.crop((0, 0, one.width, height)) for one in row] for row in rows]
    width = max(sum(one.width + MARGIN for one in row) for row in cropped) + MARGIN
    sheet = Image.new("RGB", (width, MARGIN + (height + MARGIN) * len(cropped)), BACKDROP)
    for y, row in enumerate(cropped):
        x = MARGIN
        for one in row:
            sheet.paste(one, (x, MARGIN + y * (height + MARGIN)))
            x += one.width + MARGIN
    return sheet.resize((sheet.width // 2, sheet.height // 2), Image.Resampling.LANCZOS)


def difference(one: Image.Image, other: Image.Image) -> int:
    """How far the two blocks that differ most are apart: 0 to 255. Pictures of two sizes are as
    far apart as can be, but for a row of blocks at the foot."""
    if one.width != other.width or abs(one.height - other.height) >= BLOCK:
        return 255
    size = (one.width, min(one.height, other.height))
    apart = ImageChops.difference(_blocks(one, size), _blocks(other, size))
    return max(high for _, high in ImageStat.Stat(apart).extrema)


def differing_pixels(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that are not the same, 0 to 1."""
    if one.size != other.size:
        return 1.0
    apart = ImageChops.difference(one, other).convert("L").point(lambda level: 255 * (level > 0))
    return apart.histogram()[255] / (one.width * one.height)


def _blocks(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    return picture.convert("RGB").crop((0, 0, *size)).reduce(BLOCK)

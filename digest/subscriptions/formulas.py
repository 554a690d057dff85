"""Cells that a spreadsheet would run as formulas, made harmless and made themselves again.

An apostrophe in front makes a cell a text; Ghost and others write it so, too. A cell that has
apostrophes before such a sign itself gets one more: each cell comes back as it was.
"""

import re

# https://owasp.org/www-community/attacks/CSV_Injection, full-width forms included.
RUN = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
GUARDED = re.compile("'+[=+\\-@\t\r\n＝＋－＠]")


def guarded(cell: str) -> str:
    return f"'{cell}" if RUN.match(cell) else cell


def unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and GUARDED.match(cell) else cell

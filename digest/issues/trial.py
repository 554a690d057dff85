"""An issue's rendering as a test of it: nobody can take it for the real one. Pure."""

import re
from dataclasses import replace
from html import escape

from digest.issues.words import wrapped
from digest.language import Language, gettext_noop
from digest.model import Rendering

MARK = "[Test]"
MOST = 5  # addresses at once
AN_HOUR = 10  # tests of one editor
SAID = gettext_noop(
    "This is a test. No reader has received this issue, and its links to leave do nothing."
)
BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
STYLE = "padding:12px 20px;background-color:#7a1f1f;color:#ffffff;font:700 15px/22px sans-serif"


def marked(rendering: Rendering, language: Language) -> Rendering:
    """With `[Test]` before the subject and a banner above both parts."""
    said = language.gettext(SAID)
    banner = f'<div lang="{language.tag}" style="{STYLE}">{escape(said)}</div>'
    return replace(
        rendering,
        subject=f"{MARK} {rendering.subject}",
        html=BODY.sub(lambda body: body[0] + banner, rendering.html, count=1),
        text=f"{MARK}\n{wrapped(said)}\n\n{rendering.text}",
    )

"""MJML documents for tests, each with the one part its story is about."""

from mjml import mjml2html

from digest.issues.lint.mjml_lint import problems
from digest.issues.markup import polished

TITLE = "<mj-title>The week in verdicts</mj-title>"
TEXT = "<mj-text>Two tools, one desk.</mj-text>"


def a_source(*body: str, head: str = TITLE, attributes: str = 'lang="en" dir="ltr"') -> str:
    lines = (f"<mjml {attributes}>", f"<mj-head>{head}</mj-head>", "<mj-body>", *body)
    return "\n".join((*lines, "</mj-body>", "</mjml>"))


def a_column(*parts: str) -> str:
    return f"<mj-section><mj-column>{''.join(parts)}</mj-column></mj-section>"


def said(source: str) -> list[str]:
    return [str(problem) for problem in problems(source)]


def rendered(source: str) -> str:
    return polished(mjml2html(source, disable_comments=True, fonts={}))

"""issue -> subject, preheader, HTML and text: Jinja2 writes MJML, MRML makes it HTML."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from jinja2 import DictLoader, Environment, StrictUndefined, TemplateError
from mjml import mjml2html

from digest.errors import DigestError
from digest.issues import markdown, markup, translating, words
from digest.issues.branding import Tokens, branded
from digest.issues.lint import html_lint, mjml_lint
from digest.issues.lint.problems import Problem
from digest.language import gettext_noop
from digest.markers import CLOSED, PARTLY, Marker, opening
from digest.model import Comparison, Issue, IssueKind, Publication, Rendering, initial

TOKENS = "tokens.json"
# Stands under the title of a single comparison when nobody wrote an introduction.
DEK = gettext_noop("What each one does, what it costs to start, and what the panel makes of it.")


def _block(comparison: Comparison) -> str:
    """The opening of the block that only readers of a comparison's topics get."""
    return opening((comparison.a.category, comparison.b.category))


FILTERS = {
    "capitalised": words.capitalised,
    "host": markup.host,
    "initial": initial,
    "lead": words.lead,
    "linkable": markup.linkable,
    "markdown": markdown.blocks,
    "markdown_text": markdown.as_text,
    "opening": _block,
    "rest": words.rest,
    "wrapped": words.wrapped,
}


class RenderingError(DigestError):
    """A mail template is wrong; a deployment may bring its own, so it says which and why."""

    def __init__(self, template: str, reason: str) -> None:
        self.template, self.reason = template, reason
        super().__init__(f"templates/{template}: {reason}")


@dataclass(frozen=True, slots=True, eq=False)
class Templates:
    """The mails' templates, read once; `templates` builds it. Equal to itself alone."""

    environment: Environment
    tokens: Tokens

    def fill(self, path: str, values: Mapping[str, object]) -> str:
        try:
            return self.environment.get_template(path).render(values)
        except TemplateError as error:
            raise RenderingError(path, f"{type(error).__name__}: {error.message}") from error


def templates(sources: Mapping[str, str]) -> Templates:
    """From the template folder's texts, each under its path: "email/digest/body.mjml"."""
    environment = Environment(
        loader=DictLoader(dict(sources)),
        autoescape=_is_markup,  # noqa: S701 - on for everything that is markup
        undefined=StrictUndefined,
        finalize=markup.inert,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.filters.update(FILTERS)
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # the extension's own
    return Templates(environment, json.loads(sources[TOKENS]))


def _is_markup(path: str | None) -> bool:
    """Escape everywhere but in plain text; Jinja's own choice does not know `.mjml`."""
    return path is None or not path.endswith(".txt")


def render(
    issue: Issue,
    comparisons: Sequence[Comparison],
    publication: Publication,
    templates: Templates,
) -> Rendering:
    """The very texts that go out. `comparisons` stand in the order of the issue's items."""
    return _rendering(_mail(issue, comparisons, publication, templates), templates)


def render_letter(
    name: str, values: Mapping[str, object], publication: Publication, templates: Templates
) -> Rendering:
    """The mail of the folder `email/<name>` to one person: nothing is left to fill in."""
    return _rendering(_letter(name, values, publication, templates), templates)


def mjml_source(
    issue: Issue,
    comparisons: Sequence[Comparison],
    publication: Publication,
    templates: Templates,
) -> str:
    """The MJML an issue is made of, for those who judge it by another implementation."""
    return _mjml(_mail(issue, comparisons, publication, templates), templates)


def letter_source(
    name: str, values: Mapping[str, object], publication: Publication, templates: Templates
) -> str:
    """The MJML of a letter, as `mjml_source` gives an issue's."""
    return _mjml(_letter(name, values, publication, templates), templates)


@dataclass(frozen=True, slots=True)
class _Mail:
    """A mail about to be written: the folder of its templates and all that they may name."""

    folder: str
    subject: str
    preheader: str
    values: Mapping[str, object]


def _mail(
    issue: Issue,
    comparisons: Sequence[Comparison],
    publication: Publication,
    templates: Templates,
) -> _Mail:
    shown = words.plain(_with_own_takeaways(issue, comparisons))
    issue, publication = _plain(issue), words.plain(publication)
    folder = f"email/{issue.kind.value}"
    values = _values(issue, shown, publication) | _style(publication, templates)
    subject = issue.subject or _subject(templates, f"{folder}/subject.txt", values)
    issue = replace(_opened(issue, shown, publication), subject=subject)
    told = {"issue": issue, "subject": subject, "preheader": issue.preheader}
    return _Mail(folder, subject, issue.preheader, values | told)


def _letter(
    name: str, values: Mapping[str, object], publication: Publication, templates: Templates
) -> _Mail:
    folder = f"email/{name}"
    known: dict[str, object] = {"publication": words.plain(publication), "period": "", "day": ""}
    known |= _style(publication, templates) | dict(values)
    subject = _subject(templates, f"{folder}/subject.txt", known)
    return _Mail(folder, subject, "", known | {"subject": subject, "preheader": ""})


def _style(publication: Publication, templates: Templates) -> dict[str, object]:
    """How every mail of a publication looks and speaks."""
    tokens = branded(templates.tokens, publication.accent)
    return {**tokens, **translating.in_language(publication.language)}


def _rendering(mail: _Mail, templates: Templates) -> Rendering:
    return Rendering(
        subject=mail.subject,
        preheader=mail.preheader,
        html=_html(f"{mail.folder}/body.mjml", _mjml(mail, templates)),
        text=_text(templates, f"{mail.folder}/body.txt", mail.values),
    )


def _plain(issue: Issue) -> Issue:
    """Fit to be read; the introduction keeps its lines, which mean something in Markdown."""
    cleaned = words.plain(replace(issue, rendering=None))
    return replace(cleaned, intro=markdown.cleaned(issue.intro))


def _with_own_takeaways(issue: Issue, comparisons: Sequence[Comparison]) -> tuple[Comparison, ...]:
    """An editor's takeaway stands before the one the facts give."""
    own = {item.comparison: item.takeaway for item in issue.items}
    return tuple(
        replace(comparison, takeaway=own.get(comparison.slug) or comparison.takeaway)
        for comparison in comparisons
    )


def _opened(issue: Issue, shown: Sequence[Comparison], publication: Publication) -> Issue:
    """The issue with its first words in place where nobody wrote any."""
    if issue.kind is IssueKind.COMPARISON:
        headline, intro = shown[0].title, publication.language.gettext(DEK)
    else:
        headline, intro = publication.list_name, ""
    takeaway = shown[0].takeaway if shown else ""
    return replace(
        issue,
        preheader=issue.preheader or words.fitting(words.PREHEADER_LIMIT, takeaway),
        headline=issue.headline or headline,
        intro=issue.intro or intro,
    )


def _values(
    issue: Issue, shown: Sequence[Comparison], publication: Publication
) -> dict[str, object]:
    """What the templates may name. `comparison` is there for the mail that holds just one."""
    return {
        "issue": issue,
        "publication": publication,
        "comparisons": shown,
        "comparison": shown[0] if shown else None,
        "period": issue.id if issue.kind is IssueKind.DIGEST else "",
        "day": publication.language.date(issue.dated) if issue.dated else "",
        "web_url": f"{publication.base_url}/issues/{issue.id}",
        "unsubscribe_url": f"{publication.base_url}/unsubscribe/{Marker.READER}",
        "preferences_url": f"{publication.base_url}/preferences/{Marker.CHOOSER}",
        "voter": Marker.VOTER.value,
        "confirmed_on": Marker.CONFIRMED_ON.value,
        "partly": PARTLY,
        "closed": CLOSED,
    }


def _subject(templates: Templates, path: str, values: Mapping[str, object]) -> str:
    return words.fitting(words.SUBJECT_LIMIT, words.plain_text(templates.fill(path, values)))


def _mjml(mail: _Mail, templates: Templates) -> str:
    return markup.squeezed(templates.fill(f"{mail.folder}/body.mjml", mail.values))


def _html(path: str, source: str) -> str:
    """The lint comes first: what it refuses may end MRML in ways that no `except` catches."""
    _refuse(path, "the MJML has", mjml_lint.problems(source))
    try:
        html = markup.polished(mjml2html(source, disable_comments=True, fonts={}))
    except ValueError as error:
        raise RenderingError(path, f"not MJML: {error}") from error
    _refuse(path, "the HTML has", html_lint.problems(html))
    return html


def _refuse(path: str, where: str, problems: Sequence[Problem]) -> None:
    if problems:
        more = f" (and {len(problems) - 1} more)" if problems[1:] else ""
        raise RenderingError(path, f"{where}: {problems[0]}{more}")


def _text(templates: Templates, path: str, values: Mapping[str, object]) -> str:
    lines = (line.rstrip() for line in templates.fill(path, values).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"

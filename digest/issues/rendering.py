"""issue -> subject, preheader, HTML and text: Jinja2 writes MJML, MRML makes it HTML."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from jinja2 import DictLoader, Environment, StrictUndefined, TemplateError
from mjml import mjml2html

from digest.errors import DigestError
from digest.issues import markup, words
from digest.markers import Marker
from digest.model import Comparison, Issue, IssueKind, Publication, Rendering, initial

TOKENS = "tokens.json"
# Stands under the title of a single comparison when nobody wrote an introduction.
DEK = "What each one does, what it costs to start, and what the panel makes of it."

FILTERS = {
    "capitalised": words.capitalised,
    "host": markup.host,
    "initial": initial,
    "lead": words.lead,
    "linkable": markup.linkable,
    "rest": words.rest,
    "wrapped": words.wrapped,
}


class RenderingError(DigestError):
    """A mail template is wrong; a deployment may bring its own, so it says which and why."""

    def __init__(self, template: str, reason: str) -> None:
        self.template, self.reason = template, reason
        super().__init__(f"templates/{template}: {reason}")


@dataclass(frozen=True, slots=True)
class Templates:
    """The mails' templates, read once; `templates` builds it."""

    environment: Environment

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
    )
    environment.filters.update(FILTERS)
    environment.globals.update(json.loads(sources[TOKENS]))
    return Templates(environment)


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
    shown = words.plain(_with_own_takeaways(issue, comparisons))
    issue, publication = words.plain(replace(issue, rendering=None)), words.plain(publication)
    folder = f"email/{issue.kind.value}"
    values = _values(issue, shown, publication)
    subject = issue.subject or _subject(templates, f"{folder}/subject.txt", values)
    issue = replace(_opened(issue, shown, publication), subject=subject)
    return _rendering(templates, folder, subject, issue.preheader, values | {"issue": issue})


def render_letter(
    name: str, values: Mapping[str, object], publication: Publication, templates: Templates
) -> Rendering:
    """The mail of the folder `email/<name>` to one person: nothing is left to fill in."""
    known = {"publication": words.plain(publication), "period": "", "day": "", **values}
    subject = _subject(templates, f"email/{name}/subject.txt", known)
    return _rendering(templates, f"email/{name}", subject, "", known)


def _rendering(
    templates: Templates, folder: str, subject: str, preheader: str, values: Mapping[str, object]
) -> Rendering:
    values = {**values, "subject": subject, "preheader": preheader}
    return Rendering(
        subject=subject,
        preheader=preheader,
        html=_html(templates, f"{folder}/body.mjml", values),
        text=_text(templates, f"{folder}/body.txt", values),
    )


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
        headline, intro = shown[0].title, DEK
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
        "day": words.english_date(issue.dated) if issue.dated else "",
        "web_url": f"{publication.base_url}/issues/{issue.id}",
        "unsubscribe_url": f"{publication.base_url}/unsubscribe/{Marker.READER}",
        "confirmed_on": Marker.CONFIRMED_ON.value,
    }


def _subject(templates: Templates, path: str, values: Mapping[str, object]) -> str:
    return words.fitting(words.SUBJECT_LIMIT, words.plain_text(templates.fill(path, values)))


def _html(templates: Templates, path: str, values: Mapping[str, object]) -> str:
    source = markup.squeezed(templates.fill(path, values))
    try:
        html = markup.polished(mjml2html(source, disable_comments=True, fonts={}))
    except ValueError as error:
        raise RenderingError(path, f"not MJML: {error}") from error
    if leftovers := markup.unread_mjml(html):
        raise RenderingError(path, f"MJML that nothing reads: {', '.join(leftovers)}")
    return html


def _text(templates: Templates, path: str, values: Mapping[str, object]) -> str:
    lines = (line.rstrip() for line in templates.fill(path, values).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"

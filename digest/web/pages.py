"""Pages from templates: what every page shares, and how one becomes an answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape
from sqlalchemy.orm import Session, sessionmaker
from starlette.responses import HTMLResponse

from digest.issues.branding import branded
from digest.issues.markdown import blocks
from digest.issues.markup import linkable
from digest.issues.rendering import TOKENS
from digest.issues.translating import in_language
from digest.issues.words import capitalised, lead, rest
from digest.model import Publication, initial
from digest.ports import Clock
from digest.readers.consent import confirm_form, sign_up_form
from digest.readers.filling import opened
from digest.readers.links import Signing
from digest.subscriptions import Invitations

OPENED = "__STARTED__"  # stands in a page for the signed moment at which it is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the site works with; `templates` are sources by their path below `templates/`. Without a
    `metrics_token` the site tells nobody its metrics."""

    sessions: sessionmaker[Session]
    clock: Clock
    signing: Signing
    publication: Publication
    templates: Mapping[str, str]
    invitations: Invitations
    metrics_token: str = ""


class Pages:
    """Renders the templates under `web/`, autoescaped, with the publication at hand and in its
    language and its colours."""

    def __init__(self, site: Site) -> None:
        self._site = site
        sources = {
            path.removeprefix("web/"): text
            for path, text in site.templates.items()
            if path.startswith("web/")
        }
        self._environment = Environment(
            loader=DictLoader(sources),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        spoken = site.publication.language
        self._environment.newstyle_gettext = True  # type: ignore[attr-defined]  # the extension's
        self._environment.filters.update(
            capitalised=capitalised,
            day=spoken.date,
            initial=initial,
            lead=lead,
            markdown=blocks,
            rest=rest,
        )
        self._environment.tests["linkable"] = linkable
        self._environment.globals.update(
            publication=site.publication,
            sign_up_form=sign_up_form(site.publication),
            confirm_form=confirm_form(site.publication),
            tokens=branded(json.loads(site.templates[TOKENS]), site.publication.accent),
            **in_language(spoken),
        )

    def text(self, name: str, **values: Any) -> str:
        return self._environment.get_template(name).render(values)

    def page(
        self, name: str, *, status: int = 200, cache: str = "no-store", **values: Any
    ) -> HTMLResponse:
        """A page as an answer. `cache` is the Cache-Control header; a reader's pages keep none."""
        return HTMLResponse(
            self.shown(self.text(name, **values)),
            status_code=status,
            headers={"Cache-Control": cache},
        )

    def shown(self, text: str) -> str:
        """A page's text at the moment it is answered with: until then it is the same for all."""
        return text.replace(OPENED, opened(self._site.signing, self._site.clock()))

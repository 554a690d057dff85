"""Pages from templates: what every page shares, and how one becomes an answer."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from jinja2 import DictLoader, Environment, StrictUndefined, select_autoescape
from sqlalchemy.orm import Session, sessionmaker
from starlette.responses import HTMLResponse, Response

from digest import __version__
from digest.archive import Version
from digest.issues.branding import Tokens, branded
from digest.issues.calendar import Rule, Weekday, Weekly
from digest.issues.markdown import blocks
from digest.issues.markup import host, linkable
from digest.issues.rendering import TOKENS
from digest.issues.translating import in_language
from digest.issues.words import capitalised, lead, rest
from digest.jobs.pacing import Ask
from digest.model import Publication, initial
from digest.pairing.naming import slug_of
from digest.ports import Clock, Embed
from digest.readers.consent import confirm_form, sign_up_form
from digest.readers.filling import opened
from digest.readers.links import Signing
from digest.subscriptions import Invitations, Webhook
from digest.web import structured_data
from digest.web.keeping import Kept, holds, tag
from digest.web.security import NOBODY, Trust

A_MINUTE = "public, max-age=60"
UTC = ZoneInfo("UTC")
MONDAYS = Weekly(Weekday.MON, time(6))
OPENED = "__STARTED__"  # stands in a page for the signed moment at which it is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the site works with; `templates` are sources by their path below `templates/`. Without a
    `metrics_token` the site tells nobody its metrics, without a `webhook` it hears no topic."""

    sessions: sessionmaker[Session]
    clock: Clock
    signing: Signing
    publication: Publication
    templates: Mapping[str, str]
    invitations: Invitations
    metrics_token: str = ""
    allowance: Ask | None = None  # what the mail service takes
    settings_seen: Sequence[tuple[str, str]] = ()  # by name, as an admin may see them
    webhook: Webhook | None = None
    trust: Trust = NOBODY
    approvers: int = 1
    minimum: int = 1  # comparisons of a digest
    zone: ZoneInfo = UTC
    rule: Rule = MONDAYS  # when issues go out
    embed: Embed | None = None


class Pages:
    """Renders the templates under `web/`, autoescaped, with the publication at hand and in its
    language and its colours; answers with what was made, and with 304 who holds it already."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.tokens = branded(json.loads(site.templates[TOKENS]), site.publication.accent)
        self.kept = Kept()
        self._fingerprint = tag(__version__, site.publication, sorted(site.templates.items()))
        self._environment = _environment(site, self.tokens)

    def text(self, name: str, **values: Any) -> str:
        return self._environment.get_template(name).render(values)

    def page(
        self, name: str, *, status: int = 200, cache: str = "no-store", **values: Any
    ) -> HTMLResponse:
        """A page as an answer. `cache` is the Cache-Control header; a reader's pages keep none."""
        return self._answer(self.text(name, **values), status, {"Cache-Control": cache})

    def known(
        self,
        request: Request,
        name: str,
        key: str,
        version: Callable[[], Version],
        values: Callable[[], Mapping[str, Any]],
        cache: str = A_MINUTE,
    ) -> Response:
        """A page for everybody, made anew only when its version changes; `key` tells it from all
        others, and `values` loads what the template `name` shows."""
        told = self.kept.version(key, version)
        etag = "W/" + tag(self._fingerprint, key, told)
        headers = {"ETag": etag, "Cache-Control": cache}
        if holds(request, etag):
            return Response(status_code=304, headers=headers)
        text = self.kept.get(key, told, lambda: self.text(name, **values()))
        return self._answer(text, 200, headers)

    def known_bytes(
        self,
        request: Request,
        key: str,
        version: Callable[[], Version],
        make: Callable[[], bytes],
        media_type: str,
        cache: str,
    ) -> Response:
        """As `known`, for what is no page: a feed, a picture, an answer of the API."""
        told = self.kept.version(key, version)
        etag = tag(self._fingerprint, key, told)
        headers = {"ETag": etag, "Cache-Control": cache}
        if holds(request, etag):
            return Response(status_code=304, headers=headers)
        body = self.kept.get(key, told, make)
        return Response(body, media_type=media_type, headers=headers)

    def _answer(self, text: str, status: int, headers: Mapping[str, str]) -> HTMLResponse:
        """Every page leaves here. What is not the same for everybody is filled in now, after the
        text was kept and its tag was made: hence the tags of pages are weak (RFC 9110, 8.8.1)."""
        filled = text.replace(OPENED, opened(self._site.signing, self._site.clock()))
        return HTMLResponse(filled, status_code=status, headers=headers)


def _environment(site: Site, tokens: Tokens) -> Environment:
    sources = {
        path.removeprefix("web/"): text
        for path, text in site.templates.items()
        if path.startswith("web/")
    }
    environment = Environment(
        loader=DictLoader(sources),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    spoken = site.publication.language
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # the extension's
    environment.filters.update(
        capitalised=capitalised,
        day=spoken.date,
        host=host,
        initial=initial,
        lead=lead,
        markdown=blocks,
        moment=spoken.moment,
        rest=rest,
        slug=slug_of,
    )
    environment.tests["linkable"] = linkable
    environment.globals.update(
        publication=site.publication,
        sign_up_form=sign_up_form(site.publication),
        confirm_form=confirm_form(site.publication),
        tokens=tokens,
        data=structured_data,
        **in_language(spoken),
    )
    return environment

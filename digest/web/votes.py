"""The community's votes: cast on a page, or by a link in a mail.

The pages of comparisons are the same for everybody, so that caches may keep them. What one visitor
voted is told on a page of its own, which nobody keeps. Mail scanners fetch every link of a mail:
GET shows buttons, and only POST votes.
"""

import secrets
from typing import Annotated, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from digest import votes
from digest.model import Call
from digest.readers.links import Purpose
from digest.votes import Outcome, Visitor
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH
from digest.web.security import client

A_YEAR = 365 * 24 * 60 * 60  # seconds
AN_HOUR = 60 * 60
BITS = 59  # of a browser's number: what fits the digits that a signed number may have


def router(site: Site, pages: Pages) -> APIRouter:
    voting = APIRouter()
    _voting(voting, site, pages)
    _by_mailed_link(voting, site, pages)
    return voting


def _voting(voting: APIRouter, site: Site, pages: Pages) -> None:
    language = site.publication.language

    def page(request: Request, slug: str, comparison: str, outcome: str) -> Response:
        browser = _number(site, request)
        said = votes.said(site.sessions, site.signing, slug, browser, comparison, language)
        refused = outcome == Outcome.TOO_MANY
        answer = pages.page(
            "voted.html",
            status=429 if refused else 200,
            card=said.card,
            mine=said.call,
            c=said.comparison,
            outcome=outcome,
        )
        if refused:
            answer.headers["Retry-After"] = str(AN_HOUR)
        return answer

    @voting.api_route("/tools/{slug}/vote", methods=BOTH)
    def look(request: Request, slug: str, comparison: str = "", outcome: str = "") -> Response:
        known = outcome if outcome in (Outcome.CAST, Outcome.TAKEN_BACK) else ""
        return page(request, slug, comparison, known)

    @voting.post("/tools/{slug}/vote")
    def vote(
        request: Request,
        slug: str,
        call: Annotated[Literal["ship", "skip", "none"], Form()],
        reader: Annotated[str, Form()] = "",
        comparison: Annotated[str, Form()] = "",
    ) -> Response:
        browser = _number(site, request) or secrets.randbits(BITS)
        visitor = Visitor(browser, client(request), reader)
        chosen = None if call == "none" else Call(call)
        outcome = votes.vote(site.sessions, site.clock, site.signing, slug, visitor, chosen)
        if outcome is Outcome.TOO_MANY:
            return page(request, slug, comparison, outcome)
        told = {"comparison": comparison, "outcome": outcome.value}
        where = f"/tools/{quote(slug, safe='')}/vote?{urlencode(told)}"
        answer = RedirectResponse(where, 303, {"Cache-Control": "no-store"})
        if chosen:
            _remember(site, answer, browser)
        return answer


def _by_mailed_link(voting: APIRouter, site: Site, pages: Pages) -> None:
    @voting.api_route("/compare/{slug}/vote/{token}", methods=BOTH)
    def ask(slug: str, token: str) -> Response:
        language = site.publication.language
        c, calls = votes.invited(site.sessions, site.signing, slug, token, language)
        return pages.page("vote_page.html", c=c, calls=calls, reader=token)


def _cookie(site: Site) -> str:
    """The cookie's name. Browsers take one with this prefix only over https, from the host itself
    and for all of it (RFC 6265bis), so that no neighbour can put another in its place."""
    secure = site.publication.base_url.startswith("https:")
    return "__Host-voter" if secure else "voter"


def _number(site: Site, request: Request) -> int | None:
    """The number in the browser's cookie; a forged one is as good as none."""
    return site.signing.read(request.cookies.get(_cookie(site), ""), Purpose.BROWSER)


def _remember(site: Site, answer: Response, browser: int) -> None:
    name = _cookie(site)
    answer.set_cookie(
        name,
        site.signing.token(browser, Purpose.BROWSER),
        max_age=A_YEAR,
        secure=name.startswith("__Host-"),
        httponly=True,
        samesite="lax",
    )

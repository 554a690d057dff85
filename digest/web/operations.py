"""For those who run the service: does it live, is it ready, and what Prometheus wants to know."""

import hmac
from datetime import datetime
from functools import lru_cache

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from digest.jobs.pacing import known
from digest.model import Allowance
from digest.operations import obstacle, snapshot
from digest.web import metrics
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH

FRESH = {"Cache-Control": "no-store"}


def router(site: Site, _: Pages) -> APIRouter:
    routes = APIRouter()

    @routes.api_route("/healthz", methods=BOTH)
    def healthz() -> Response:
        return PlainTextResponse("ok", headers=FRESH)

    @routes.api_route("/readyz", methods=BOTH)
    def readyz() -> Response:
        reason = obstacle(site.sessions)
        return PlainTextResponse(reason or "ok", 503 if reason else 200, FRESH)

    if site.metrics_token:  # without one there is no such page, whatever it is asked with
        _serve_metrics(routes, site)
    return routes


def _serve_metrics(routes: APIRouter, site: Site) -> None:
    @lru_cache(1)
    def allowed(_minute: int) -> Allowance | None:
        """Asked once a minute however often we are: the account is asked for elsewhere too."""
        return known(site.allowance)

    @routes.api_route("/metrics", methods=BOTH)
    def scraped(request: Request) -> Response:
        if not _bears(request.headers.get("authorization", ""), site.metrics_token):
            wanted = FRESH | {"WWW-Authenticate": "Bearer"}
            return PlainTextResponse("The metrics need their token.", 401, wanted)
        now = site.clock()
        body = metrics.exposition(snapshot(site.sessions, now), allowed(_minute(now)))
        return Response(body, media_type=metrics.MEDIA_TYPE, headers=FRESH)


def _minute(moment: datetime) -> int:
    return int(moment.timestamp() // 60)


def _bears(authorization: str, token: str) -> bool:
    """Whether a header carries the token (RFC 6750), told in the same time for every wrong one."""
    scheme, _, given = authorization.partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.encode(), token.encode())

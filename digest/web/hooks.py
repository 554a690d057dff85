"""What a service says to us, rather than a person: notifications of Amazon SNS about our mail.

Without a topic in the settings there is no such page.
"""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from digest import subscriptions
from digest.errors import ServiceError
from digest.web.pages import Pages, Site


def router(site: Site, _: Pages) -> APIRouter:
    routes = APIRouter()
    if site.webhook:
        _serve_ses(routes, site, site.webhook)
    return routes


def _serve_ses(routes: APIRouter, site: Site, webhook: subscriptions.Webhook) -> None:
    @routes.post("/hooks/ses")
    async def ses(request: Request) -> Response:
        body = await request.body()
        return await run_in_threadpool(_answer, site, webhook, body)


def _answer(site: Site, webhook: subscriptions.Webhook, body: bytes) -> Response:
    """SNS tries again for an hour whatever is answered but 2xx; who forges learns nothing."""
    try:
        refused = subscriptions.notified(site.sessions, site.clock, site.signing, webhook, body)
    except ServiceError:
        return PlainTextResponse("Not now.", 503)
    if refused is None:
        return PlainTextResponse("ok")
    return PlainTextResponse("Not from our topic.", 400 if refused.malformed else 403)

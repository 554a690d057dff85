"""What stands between the network and the site.

A request meets, in this order: the log, the headers about trust, what proxies say of it, the checks
of its head, the bounds on its body. `docs/security.md` tells what each is for.
"""

from collections.abc import Callable

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp

from digest.model import Publication
from digest.web.security.access_log import AccessLog
from digest.web.security.gate import CrossSiteCheck, Gate, HostCheck, head_check
from digest.web.security.headers import SecurityHeaders
from digest.web.security.limits import LARGEST_BODY, LARGEST_HEAD, BodyLimit
from digest.web.security.proxies import NOBODY, Proxies, Trust

__all__ = ["LARGEST_BODY", "LARGEST_HEAD", "NOBODY", "Trust", "client", "guarded"]


def guarded(
    app: ASGIApp, publication: Publication, trust: Trust, refusal: Callable[[], Response]
) -> ASGIApp:
    """The application behind all its guards; `refusal` answers who posts from another site.

    They stand around the application rather than in it: FastAPI answers a crash outside its
    middleware, and that answer has to keep the same promises.
    """
    checks = (
        head_check,
        HostCheck(publication.base_url, trust.hosts),
        CrossSiteCheck(publication.base_url, refusal),
    )
    inner = Gate(BodyLimit(app), checks)
    return AccessLog(SecurityHeaders(Proxies(inner, trust.proxies), publication))


def client(request: HTTPConnection) -> str:
    """The address of who asks, as trusted proxies tell it: `203.0.113.9` or `2001:db8::9`, without
    port or zone; empty where the connection has none."""
    return request.client.host if request.client else ""

"""Headers about trust, the same on every answer."""

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digest.model import Publication

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src {pictures}; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
UNUSED = ("camera", "geolocation", "microphone", "payment", "usb")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Our paths hold readers' tokens. `no-referrer` would tell less to none but ourselves, and make
    # browsers say `Origin: null` of our own forms (Fetch, "append a request Origin header").
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HSTS = "max-age=31536000"
SHOWN_ELSEWHERE = ("image/", "application/rss+xml", "application/atom+xml", "application/feed+json")
"""Media types of what feed readers and pages of others may show."""


class SecurityHeaders:
    """ASGI middleware that puts HEADERS on every answer, and HSTS on those of an https site.

    Besides our own pictures, the policy allows the publication's logo.
    """

    def __init__(self, app: ASGIApp, publication: Publication) -> None:
        self._app = app
        policy = POLICY.format(pictures=" ".join(["'self' data:", *_origin(publication.logo)]))
        https = publication.base_url.startswith("https:")
        self._headers = {
            **HEADERS,
            "Content-Security-Policy": policy,
            **({"Strict-Transport-Security": HSTS} if https else {}),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                if headers.get("content-type", "").startswith(SHOWN_ELSEWHERE):
                    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)


def _origin(address: str) -> list[str]:
    """Where an address leads, as a policy names it; nothing for none."""
    parts = urlsplit(address)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []

"""Headers about trust, the same on every answer."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digest.model import Publication

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src {pictures}; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
POLICY_NAME = b"content-security-policy"
FRAMING = frozenset({POLICY_NAME, b"x-frame-options"})
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

    Besides our own pictures, the policy allows the publication's logo. The headers are encoded
    once. An answer with a policy of its own keeps that: the preview of a mail, which the desk
    shows in a frame.
    """

    def __init__(self, app: ASGIApp, publication: Publication) -> None:
        self._app = app
        policy = POLICY.format(pictures=" ".join(["'self' data:", *_origin(publication.logo)]))
        https = publication.base_url.startswith("https:")
        headers = HEADERS | {"Content-Security-Policy": policy}
        headers |= {"Strict-Transport-Security": HSTS} if https else {}
        self._ours = _encoded(headers)
        self._shown = _encoded(headers | {"Cross-Origin-Resource-Policy": "cross-origin"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                media_type = Headers(raw=message["headers"]).get("content-type", "")
                ours = self._shown if media_type.startswith(SHOWN_ELSEWHERE) else self._ours
                if any(name == POLICY_NAME for name, _ in message["headers"]):
                    ours = [one for one in ours if one[0] not in FRAMING]
                # A new list: an answer that is kept to be given again keeps its own.
                message["headers"] = [*message["headers"], *ours]
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), text.encode()) for name, text in headers.items()]


def _origin(address: str) -> list[str]:
    """Where an address leads, as a policy names it; nothing for none."""
    parts = urlsplit(address)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []

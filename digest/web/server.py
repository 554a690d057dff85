"""The HTTP server that stands under the site: uvicorn, with bounds of our own."""

import gc
from asyncio import BaseTransport, TimerHandle
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0  # from the first byte, or from connecting, to the end of a request's head
KEEP_ALIVE_SECONDS = 5  # between two requests of a connection
CLOSING_SECONDS = 30  # for answers that are under way when the server is told to stop


class PatientProtocol(H11Protocol):
    """Hangs up on who does not say within HEAD_SECONDS what they want. uvicorn by itself waits for
    ever, so that a few thousand idle connections would be the end of the service (slowloris)."""

    seconds = HEAD_SECONDS
    _waiting: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]  # uvicorn's own narrowing
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._stop_watching()

    def _watch(self) -> None:
        """Start the watch unless it runs; end it when the head is whole."""
        if self.conn.their_state is not h11.IDLE:
            self._stop_watching()
        elif self._waiting is None:
            self._waiting = self.loop.call_later(self.seconds, self.transport.close)

    def _stop_watching(self) -> None:
        if self._waiting:
            self._waiting.cancel()
            self._waiting = None


def configuration(app: ASGIApp, **options: Any) -> uvicorn.Config:
    """How the site is served, whatever serves it; `options` are uvicorn's."""
    usual: dict[str, Any] = {
        "http": PatientProtocol,
        "ws": "none",
        "lifespan": "off",
        "log_config": None,  # what it says goes the way of all our lines
        "log_level": "warning",
        "access_log": False,  # it writes whole paths, and they hold readers' tokens; ours does not
        "server_header": False,
        "proxy_headers": False,  # uvicorn believes loopback; digest.web.security believes settings
        "timeout_keep_alive": KEEP_ALIVE_SECONDS,
        "timeout_graceful_shutdown": CLOSING_SECONDS,
    }
    return uvicorn.Config(app, **(usual | options))


def settle() -> None:
    """Take what is in memory by now, modules and templates above all, out of the garbage
    collector's rounds: it is never garbage, and looking it through costs each answer a tenth."""
    gc.collect()
    gc.freeze()

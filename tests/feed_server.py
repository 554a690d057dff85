"""A small web server on this machine that answers what a test has written down."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Answer:
    """One answer. `seconds` is how long it keeps the caller waiting, `pause` how long before each
    byte of the body."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0
    pause: float = 0


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    path: str
    headers: Message
    body: bytes = b""  # what was posted

    @property
    def form(self) -> tuple[tuple[str, str], ...]:
        return tuple(parse_qsl(self.body.decode(), keep_blank_values=True))


class FeedServer:
    """Answers each path with its answers in turn, the last one for ever; 404 elsewhere.

    `with FeedServer() as server: get(server.script("/feed", Answer(b"<rss/>")))`
    """

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self._answers: dict[str, list[Answer]] = {}
        self._now = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def authority(self) -> str:
        """Host and port, as DIGEST_ALLOW_PRIVATE_FEEDS takes it."""
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"http://{self.authority}{path}"

    def script(self, path: str, *answers: Answer) -> str:
        """Lay down what a path answers, in turn; gives its address."""
        self._answers[path] = list(answers)
        return self.url(path)

    @contextmanager
    def answering(self, asked: Asked) -> Iterator[Answer]:
        with self._lock:
            self.asked.append(asked)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            answers = self._answers.get(asked.path, [Answer(status=404)])
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
        self._stopping.wait(answer.seconds)
        try:
            yield answer
        finally:
            with self._lock:
                self._now -= 1

    def pieces(self, answer: Answer) -> Iterator[bytes]:
        """The body as it is sent."""
        if not answer.pause:
            yield answer.body
            return
        for byte in answer.body:
            if self._stopping.wait(answer.pause):
                return
            yield bytes([byte])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(server: FeedServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle(self) -> None:
            with suppress(BrokenPipeError, ConnectionResetError):
                super().handle()  # until the caller has had enough, which tests provoke

        def do_GET(self) -> None:
            with server.answering(Asked(self.path, self.headers, _body(self))) as answer:
                self._send(answer)

        do_POST = do_GET  # noqa: N815 - the name that the base class calls

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            headers = {"Content-Length": str(len(answer.body)), **answer.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if answer.status != 304:
                self.wfile.writelines(server.pieces(answer))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Tests speak for themselves."""

    return Handler


def _body(request: BaseHTTPRequestHandler) -> bytes:
    return request.rfile.read(int(request.headers.get("Content-Length") or 0))

"""A mail server on loopback that does as it is told: enough of RFC 5321 to be lied to by."""

import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

HANG_UP = ""  # an answer that is none: the connection is closed

Answers = Mapping[str, Callable[[str], str]]


class MailServer(socketserver.ThreadingTCPServer):
    """Takes mail and keeps it. `answers` replaces the reply to a command, or to the end of the
    content (`.`), by what it makes of the command's line."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(
        self, answers: Answers, tls: ssl.SSLContext | None, *, from_the_start: bool
    ) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.answers, self.tls, self.from_the_start = answers, tls, from_the_start
        self.mails: list[bytes] = []
        self.connections = 0

    @property
    def port(self) -> int:
        port: int = self.server_address[1]
        return port

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?starttls=none"


def fine(_: str) -> str:
    return "250 ok"


USUAL: Answers = {
    "HELLO": lambda _: "220 mx.example",
    "EHLO": lambda _: "250-mx.example\r\n250 AUTH PLAIN",
    "STARTTLS": lambda _: "220 go on",
    "AUTH": lambda _: "235 welcome",
    "DATA": lambda _: "354 go on",
    "QUIT": lambda _: "221 bye",
    ".": lambda _: "250 queued as 4711",
}


class Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        if self.server.from_the_start:
            self.speak_tls()
        self.server.connections += 1
        answers = {**USUAL, **self.server.answers}
        self.say(answers["HELLO"](""))
        while line := self.rfile.readline().decode().strip():
            command = line.split()[0].upper()
            answer = answers.get(command, fine)(line)
            if not answer:
                return
            self.say(answer)
            if command == "STARTTLS":
                self.speak_tls()
            if answer.startswith("354") and not self.content(answers["."]):
                return

    def speak_tls(self) -> None:
        assert self.server.tls
        self.request = self.server.tls.wrap_socket(
            self.request, server_side=True, do_handshake_on_connect=False
        )
        self.setup()

    def finish(self) -> None:
        super().finish()
        self.request.close()

    def content(self, answer: Callable[[str], str]) -> bool:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line.removeprefix(b"."))
        said = answer("")
        if said.startswith("2"):
            self.server.mails.append(b"".join(lines))
        if said:
            self.say(said)
        return bool(said)

    def say(self, answer: str) -> None:
        self.wfile.write(answer.encode() + b"\r\n")


@contextmanager
def mail_server(
    answers: Answers | None = None,
    tls: ssl.SSLContext | None = None,
    *,
    from_the_start: bool = False,
) -> Iterator[MailServer]:
    """With `tls` it can answer STARTTLS, or speaks it from the start."""
    with MailServer(answers or {}, tls, from_the_start=from_the_start) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()

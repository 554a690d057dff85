"""A mail server on loopback that does as it is told: enough of RFC 5321 to be lied to by."""

import socketserver
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

    def __init__(self, answers: Answers) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.answers = answers
        self.mails: list[bytes] = []
        self.connections = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}?starttls=none"


def fine(_: str) -> str:
    return "250 ok"


USUAL: Answers = {
    "HELLO": lambda _: "220 mx.example",
    "EHLO": lambda _: "250-mx.example\r\n250 AUTH PLAIN",
    "AUTH": lambda _: "235 welcome",
    "DATA": lambda _: "354 go on",
    "QUIT": lambda _: "221 bye",
    ".": lambda _: "250 queued as 4711",
}


class Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.server.connections += 1
        answers = {**USUAL, **self.server.answers}
        self.say(answers["HELLO"](""))
        while line := self.rfile.readline().decode().strip():
            command = line.split()[0].upper()
            answer = answers.get(command, fine)(line)
            if not answer:
                return
            self.say(answer)
            if answer.startswith("354") and not self.content(answers["."]):
                return

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
def mail_server(answers: Answers | None = None) -> Iterator[MailServer]:
    with MailServer(answers or {}) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()

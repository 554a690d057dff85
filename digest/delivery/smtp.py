"""Any mail service over SMTP (RFC 5321), one reader a transaction.

A batch has one connection. A message counts as doubtful only from the moment
its end was on its way until the server has answered: a connection that is lost before leaves no
doubt, since a server must not deliver what has not ended (RFC 5321, 4.1.1.4).
"""

import contextlib
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Sequence
from functools import cache, partial
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from digest.delivery.header_rules import objection
from digest.delivery.refusals import smtp_meaning
from digest.errors import InputError
from digest.model import Doubtful, Halted, Message, Receipt, Refused, Sent, Throttled

TIMEOUT = 30  # seconds for each answer
# After so many seconds a batch begins no further message: one more answer that never comes, and it
# is still settled within the lease that the sender has on it.
PATIENCE = 25
PORTS = {"smtp": 587, "smtps": 465}  # RFC 6409, RFC 8314
STARTTLS = ("required", "none")
MESSAGE_ID = re.compile(rb"^Message-ID:[ \t]*<([^>\r\n]+)>", re.MULTILINE | re.IGNORECASE)
LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
SERVICE_CLOSING = 421
DONE, GO_AHEAD = 2, 3  # first digits of replies


class Server(NamedTuple):
    """A mail server and how to speak to it: in TLS from the start, or after `STARTTLS`."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: bool = False
    starttls: bool = True


def server(url: str) -> Server:
    """Read `smtp://user:password@host:587?starttls=required` or `smtps://user:password@host`;
    raises InputError without naming the password."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
        asked = dict(parse_qs(parts.query, strict_parsing=True)) if parts.query else {}
    except (ValueError, KeyError):
        raise InputError("not the address of a mail server") from None
    [starttls] = asked.pop("starttls", ["required"])
    if asked or starttls not in STARTTLS or not parts.hostname or parts.path.strip("/"):
        raise InputError("not the address of a mail server")
    tls = parts.scheme == "smtps"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    wants = starttls == "required" and not tls
    return Server(parts.hostname, port, user, password, tls, wants)


class Smtp:
    """A `digest.ports.Post`. `sender` is the bare address that bounces go to."""

    def __init__(self, server: Server, sender: str, patience: float = PATIENCE) -> None:
        self._server, self._sender, self._patience = server, sender, patience

    def __call__(self, messages: Sequence[Message], /) -> list[Receipt]:
        receipts: list[Receipt] = []
        start = time.monotonic()
        with _Line(self._server) as line:
            for message in messages:
                late = time.monotonic() - start > self._patience
                stop = self._stop(receipts[-1], late) if receipts else None
                receipts.append(stop or self._post(line, message))
        return receipts

    def _stop(self, last: Receipt, late: bool) -> Receipt | None:
        """What the rest of a batch gets, if it is over."""
        if isinstance(last, Throttled | Halted):
            return last
        slow = f"{self._server.host} is too slow for the whole batch"
        return Refused(slow, permanent=False) if late else None

    def _post(self, line: "_Line", message: Message) -> Receipt:
        if reason := objection(message):
            return Refused(reason)
        connection = line.connection()
        if not isinstance(connection, smtplib.SMTP):
            return connection
        receipt, usable = _transaction(connection, self._sender, message)
        if not usable:
            line.drop()
        return receipt


class _Line:
    """The connection of one batch: opened when it is first needed, and again when it was lost."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._open: smtplib.SMTP | None = None

    def __enter__(self) -> "_Line":
        return self

    def __exit__(self, *_: object) -> None:
        if self._open:
            with contextlib.suppress(smtplib.SMTPException, OSError):  # all is settled by now
                self._open.docmd("QUIT")
        self.drop()

    def connection(self) -> smtplib.SMTP | Receipt:
        """The connection, or why there is none."""
        if self._open:
            return self._open
        try:
            self._open = _connect(self._server)
        except smtplib.SMTPResponseException as error:
            said = smtp_meaning(error.smtp_code, _text(error.smtp_error))
            return _for_everybody(_unsent(said))
        except (smtplib.SMTPNotSupportedError, ssl.SSLCertVerificationError) as error:
            return Halted(f"{self._server.host}: {error}")
        except (smtplib.SMTPException, OSError) as error:
            return Refused(f"{self._server.host}: {error}", permanent=False)
        return self._open

    def drop(self) -> None:
        if self._open:
            self._open.close()
            self._open = None


@cache
def _own_name() -> str:
    """Asked of the resolver once; smtplib would ask at every connection."""
    name = socket.getfqdn()
    return name if "." in name else "[127.0.0.1]"


@cache
def _trusted() -> ssl.SSLContext:
    """The system's authorities; reading them takes a tenth of a second."""
    return ssl.create_default_context()


def _connect(server: Server) -> smtplib.SMTP:
    kind = partial(smtplib.SMTP_SSL, context=_trusted()) if server.tls else smtplib.SMTP
    made = kind(server.host, server.port, local_hostname=_own_name(), timeout=TIMEOUT)
    with contextlib.ExitStack() as unless_ready:
        unless_ready.callback(made.close)
        if server.starttls:
            made.starttls(context=_trusted())
        if server.user:
            made.login(server.user, server.password)
        made.ehlo_or_helo_if_needed()
        unless_ready.pop_all()
    return made


def _transaction(connection: smtplib.SMTP, sender: str, message: Message) -> tuple[Receipt, bool]:
    """Post one message; also whether the connection can take another."""
    ended = False
    try:
        for command in (f"MAIL FROM:<{sender}>", f"RCPT TO:<{message.recipient}>", "DATA"):
            code, said = connection.docmd(command)
            if code // 100 != (GO_AHEAD if command == "DATA" else DONE):
                receipt = _unsent(smtp_meaning(code, _text(said)))
                ours = command.startswith("MAIL")
                return _for_everybody(receipt) if ours else receipt, _reset(connection, code)
        ended = True
        connection.send(LEADING_DOT.sub(b"..", _whole(message.data)) + b".\r\n")
        code, said = connection.getreply()
    except (smtplib.SMTPException, OSError) as error:
        lost = f"{type(error).__name__}: {error}"
        return (Doubtful(lost) if ended else Refused(lost, permanent=False)), False
    if code // 100 != DONE:
        return smtp_meaning(code, _text(said)), _reset(connection, code)
    return Sent(_message_id(message.data)), True


def _unsent(receipt: Receipt) -> Receipt:
    """An answer we do not know leaves no doubt as long as there is no message to accept."""
    if isinstance(receipt, Doubtful):
        return Refused(receipt.reason, permanent=False)
    return receipt


def _for_everybody(receipt: Receipt) -> Receipt:
    """A refusal that no reader has to do with: of our greeting, our name or our sender."""
    if isinstance(receipt, Refused) and receipt.permanent:
        return Halted(receipt.reason)
    return receipt


def _reset(connection: smtplib.SMTP, code: int) -> bool:
    """Make ready for the next message; False when the connection is of no more use."""
    if code == SERVICE_CLOSING:
        return False
    try:
        done, _ = connection.rset()
    except (smtplib.SMTPException, OSError):
        return False
    return done < 400


def _whole(data: bytes) -> bytes:
    return data if data.endswith(b"\r\n") else data + b"\r\n"


def _message_id(data: bytes) -> str:
    """Our own: SMTP has none to give, and a server leaves it as it is (RFC 5321, 6.3)."""
    found = MESSAGE_ID.search(data.partition(b"\r\n\r\n")[0])
    assert found  # `objection` asked for one
    return found[1].decode("ascii", "replace")


def _text(said: bytes | str) -> str:
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())

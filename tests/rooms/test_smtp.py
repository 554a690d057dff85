"""Any mail server as a transport: one receipt a reader, and doubt only where there is some."""

import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from digest.delivery import smtp
from digest.delivery.smtp import Server, Smtp, server
from digest.errors import InputError
from digest.model import Doubtful, Halted, Message, Receipt, Refused, Sent, Throttled
from tests.mail_server import HANG_UP, MailServer, mail_server
from tests.standin import a_message

SENDER = "verdicts@mail.shiporskip.example"


def through(mx: MailServer, *messages: Message) -> list[Receipt]:
    return Smtp(server(mx.url), SENDER)(messages or [a_message()])


def test_the_bytes_arrive_as_they_were_given() -> None:
    message = a_message()
    dotted = message.data + b".\r\n..\r\n.hidden\r\nend\r\n"
    with mail_server() as mx:
        [receipt] = through(mx, Message(7, message.recipient, dotted))
    assert receipt == Sent("2026-W47.7@mail.shiporskip.example")
    assert mx.mails == [dotted]


@pytest.fixture(scope="module")
def patient() -> Iterator[MailServer]:
    with mail_server() as mx:
        yield mx


@given(st.lists(st.sampled_from([b".", b"..", b"x", b"", b".x"]), max_size=6))
def test_no_line_ends_a_message_early(patient: MailServer, lines: list[bytes]) -> None:
    message = a_message()
    data = message.data + b"".join(line + b"\r\n" for line in lines)
    assert isinstance(through(patient, Message(7, message.recipient, data))[0], Sent)
    assert patient.mails[-1] == data


def test_a_batch_has_one_connection() -> None:
    with mail_server() as mx:
        receipts = through(mx, *(a_message(delivery=n) for n in range(10)))
    assert {type(receipt) for receipt in receipts} == {Sent}
    assert mx.connections == 1
    assert len(mx.mails) == 10


@pytest.mark.parametrize(
    ("command", "answer", "receipt"),
    [
        ("RCPT", "550 no such user", Refused("550: no such user")),
        ("RCPT", "450 come back later", Refused("450: come back later", permanent=False)),
        ("MAIL", "553 not you", Halted("553: not you")),
        ("MAIL", "451 not now", Refused("451: not now", permanent=False)),
        ("DATA", "554 no", Refused("554: no")),
        ("DATA", "250 what?", Refused("250: what?", permanent=False)),
        ("RCPT", "nonsense", Refused("-1: ense", permanent=False)),
        (".", "554 spam", Refused("554: spam")),
        (".", "452 full", Refused("452: full", permanent=False)),
        (
            "RCPT",
            "454 Throttling failure: Maximum sending rate exceeded.",
            Throttled("454: Throttling failure: Maximum sending rate exceeded."),
        ),
        ("EHLO", "421 too busy", Refused("421: too busy", permanent=False)),
        ("HELLO", "554 go away", Halted("554: go away")),
    ],
)
def test_what_a_server_refuses_was_not_sent(command: str, answer: str, receipt: Receipt) -> None:
    with mail_server({command: lambda _: answer, "HELO": lambda _: answer}) as mx:
        assert through(mx) == [receipt]
    assert mx.mails == []


def test_one_readers_refusal_keeps_no_other_from_their_mail() -> None:
    def only_a(line: str) -> str:
        return "250 ok" if "<a@" in line else "550 who?"

    with mail_server({"RCPT": only_a}) as mx:
        receipts = through(
            mx, *(a_message(f"{name}@inbox.example", n) for n, name in enumerate("bab"))
        )
    assert [type(receipt) for receipt in receipts] == [Refused, Sent, Refused]
    assert mx.connections == 1


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_line_lost_before_the_content_leaves_no_doubt(command: str) -> None:
    with mail_server({command: lambda _: HANG_UP}) as mx:
        [receipt] = through(mx)
    assert isinstance(receipt, Refused)
    assert not receipt.permanent


def test_a_line_lost_after_the_content_does() -> None:
    with mail_server({".": lambda _: HANG_UP}) as mx:
        first, second = through(mx, a_message(delivery=1), a_message(delivery=2))
    assert isinstance(first, Doubtful)
    assert isinstance(second, Doubtful)
    assert mx.connections == 2


def test_who_is_not_let_in_halts_for_everybody() -> None:
    with mail_server({"AUTH": lambda _: "535 wrong password"}) as mx:
        me = server(mx.url.replace("//", "//me:secret@"))
        receipts = Smtp(me, SENDER)([a_message(delivery=n) for n in range(3)])
    assert receipts == [Halted("535: wrong password")] * 3
    assert mx.connections == 1


def test_a_server_without_starttls_gets_neither_password_nor_mail() -> None:
    heard: list[str] = []

    def listen(line: str) -> str:
        heard.append(line)
        return "235 welcome"

    with mail_server({"AUTH": listen}) as mx:
        me = server(mx.url.replace("//", "//me:secret@").replace("?starttls=none", ""))
        [receipt] = Smtp(me, SENDER)([a_message()])
    assert isinstance(receipt, Halted)
    assert heard == []
    assert mx.mails == []


def a_certificate(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """Of a server that has this name: for who is to trust it, and for the server."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(subject)
    made = made.public_key(key.public_key()).serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    names = x509.SubjectAlternativeName([x509.DNSName(name)])
    signed = made.add_extension(names, critical=False).sign(key, hashes.SHA256())
    pem = signed.public_bytes(Encoding.PEM)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "both.pem").write_bytes(private + pem)
    (folder / "trusted.pem").write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return folder / "trusted.pem", context


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """Trust an authority that the machine does not know."""

    def trust(file: Path) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        smtp._trusted.cache_clear()

    yield trust
    smtp._trusted.cache_clear()


STARTTLS = {"EHLO": lambda _: "250-mx.example\r\n250-STARTTLS\r\n250 AUTH PLAIN"}


@pytest.mark.parametrize("from_the_start", [False, True])
def test_password_and_mail_go_through_tls(
    tmp_path: Path, trusting: Callable[[Path], None], *, from_the_start: bool
) -> None:
    authority, context = a_certificate(tmp_path, "localhost")
    trusting(authority)
    with mail_server(STARTTLS, context, from_the_start=from_the_start) as mx:
        me = Server("localhost", mx.port, "me", "secret", from_the_start, not from_the_start)
        [receipt] = Smtp(me, SENDER)([a_message()])
    assert isinstance(receipt, Sent)
    assert len(mx.mails) == 1


def test_a_server_that_cannot_prove_its_name_gets_nothing(
    tmp_path: Path, trusting: Callable[[Path], None]
) -> None:
    authority, context = a_certificate(tmp_path, "other.example")
    trusting(authority)
    with mail_server(STARTTLS, context) as mx:
        [receipt] = Smtp(Server("localhost", mx.port, "me", "secret"), SENDER)([a_message()])
    assert isinstance(receipt, Halted)
    assert "certificate verify failed" in receipt.reason
    assert mx.mails == []


def test_a_slow_server_gets_the_rest_another_time() -> None:
    with mail_server() as mx:
        post = Smtp(server(mx.url), SENDER, patience=-1)
        first, second, third = post([a_message(delivery=n) for n in range(3)])
    assert isinstance(first, Sent)
    assert second == third == Refused("127.0.0.1 is too slow for the whole batch", permanent=False)
    assert len(mx.mails) == 1


def test_nobody_there_is_no_doubt() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    nobody = Smtp(Server("127.0.0.1", port, starttls=False), SENDER)
    [receipt] = nobody([a_message()])
    assert isinstance(receipt, Refused)
    assert not receipt.permanent


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("smtp://mx.example", Server("mx.example", 587)),
        ("smtp://mx.example:25?starttls=none", Server("mx.example", 25, starttls=False)),
        ("smtps://mx.example", Server("mx.example", 465, tls=True, starttls=False)),
        ("smtp://a%40b:p%2Fw@mx.example/", Server("mx.example", 587, "a@b", "p/w")),
    ],
)
def test_an_address_says_how_to_speak(url: str, read: Server) -> None:
    assert server(url) == read


@pytest.mark.parametrize(
    "url",
    [
        *("http://mx.example", "smtp://", "smtp://mx.example:99999", "smtp://mx.example/box"),
        *("smtp://mx.example?starttls=maybe", "smtp://mx.example?tls=1", "smtp://me:pw@"),
    ],
)
def test_what_is_no_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(InputError, match="not the address of a mail server"):
        server(url)

"""What the DNS says of the domain that mail comes from: each finding tells what to do."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingUDPServer
from threading import Thread
from typing import Any

import boto3
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from moto import mock_aws

from digest.delivery.findings import Level
from digest.delivery.sender_domain import dkim, dmarc, mail_from, resolver, spf, through_ses
from digest.delivery.ses_identity import Identity, lineage
from digest.errors import ServiceError
from tests.shell import Shell
from tests.standin import as_nobody

DOMAIN = "mail.ship.example"
KNOWN = Identity(DOMAIN, True, ("abc", "def"), mail_from=f"b.{DOMAIN}", region="eu-west-1")
WELL = {
    (f"abc._domainkey.{DOMAIN}", "CNAME"): ("abc.dkim.amazonses.com.",),
    (f"def._domainkey.{DOMAIN}", "CNAME"): ("DEF.dkim.amazonses.com.",),
    (f"b.{DOMAIN}", "MX"): ("10 feedback-smtp.eu-west-1.amazonses.com.",),
    (f"b.{DOMAIN}", "TXT"): ('"v=spf1 include:amazonses.com " "~all"',),
    ("_dmarc.ship.example", "TXT"): ('"v=DMARC1; p=none; rua=mailto:reports@ship.example"',),
}
Zone = Mapping[tuple[str, str], tuple[str, ...]]


class NameServer(ThreadingUDPServer):
    """Answers from a zone of a few records; what it does not hold is not there."""

    daemon_threads = True

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        super().__init__(("127.0.0.1", 0), Answering)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class Answering(BaseRequestHandler):
    server: NameServer

    def handle(self) -> None:
        data, socket = self.request
        asked = dns.message.from_wire(data)
        [question] = asked.question
        kind = dns.rdatatype.to_text(question.rdtype)
        records = self.server.zone.get((question.name.to_text(True), kind))
        answer = dns.message.make_response(asked)
        answer.flags |= dns.flags.RA
        if records:
            answer.answer = [dns.rrset.from_text(question.name, 60, "IN", kind, *records)]
        else:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        socket.sendto(answer.to_wire(), self.client_address)


@contextmanager
def serving(zone: Zone) -> Iterator[str]:
    with NameServer(zone) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.address
        server.shutdown()
        thread.join()


def asked(zone: Zone) -> Any:
    """As the resolver tells of a zone: without quotation marks, preferences and the last dot."""

    def ask(name: str, kind: str) -> tuple[str, ...]:
        return tuple(text for text in zone.get((name, kind), ()))

    return ask


def test_records_are_read_as_they_stand_in_the_dns() -> None:
    with serving(WELL) as server:
        ask = resolver(server)
        assert dkim(ask, KNOWN).level is Level.OK
        assert [one.level for one in mail_from(ask, KNOWN).values()] == [Level.OK, Level.OK]
        assert dmarc(ask, DOMAIN).said.endswith("at ship.example")
        assert ask("nothing.example", "TXT") == ()


def test_a_resolver_that_is_not_there_is_named_and_fails_nothing_else(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match="the DNS: "):
        resolver("no address")
    shell = Shell(tmp_path)
    shell.does("init")
    shell.does("editors", "add", "you@desk.example", "--role", "publisher")
    told = shell.does("doctor", "--dns", "--nameserver", "nowhere")
    assert "SPF, DKIM and DMARC were not looked at" in told
    assert "answers, with our schema" in told
    assert "DNS" not in shell.does("doctor")


def test_the_doctor_looks_up_the_domain_of_the_sender(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.does("init")
    shell.does("editors", "add", "you@desk.example", "--role", "publisher")
    shell.environment["DIGEST_FROM"] = f"Ship <v@{DOMAIN}>"
    with serving(WELL) as server:
        said = shell.fails("doctor", "--dns", "--nameserver", server)
    assert f'SPF: add `{DOMAIN} TXT "v=spf1 a mx ~all"`' in said
    assert "DMARC" not in said


def test_keys_of_ses_that_are_lacking_are_told_as_records_to_add() -> None:
    found = dkim(asked({(f"abc._domainkey.{DOMAIN}", "CNAME"): ("abc.dkim.amazonses.com",)}), KNOWN)
    assert found == (
        Level.FAULT,
        f"add `def._domainkey.{DOMAIN} CNAME def.dkim.amazonses.com`",
    )


def test_without_a_mail_from_domain_nothing_is_broken_but_something_is_better() -> None:
    [found] = mail_from(asked({}), KNOWN._replace(mail_from="")).values()
    assert (found.level, f"bounce.{DOMAIN}" in found.said) == (Level.WARNING, True)


def test_a_mail_from_domain_has_the_mx_of_ses_and_no_other() -> None:
    other = {(f"b.{DOMAIN}", "MX"): ("feedback-smtp.eu-west-1.amazonses.com", "mx.ship.example")}
    found = mail_from(asked(other), KNOWN)
    assert found["MAIL FROM"].level is found["SPF"].level is Level.FAULT
    assert "MX 10 feedback-smtp.eu-west-1.amazonses.com" in found["MAIL FROM"].said


@pytest.mark.parametrize(
    ("records", "level", "said"),
    [
        ((), Level.FAULT, "add `a.example TXT"),
        (("v=spf1 include:amazonses.com ~all", "v=spf1 -all"), Level.FAULT, "2 SPF records"),
        (("v=spf1 mx -all",), Level.FAULT, "add `include:amazonses.com`"),
        (("v=spf1 include:amazonses.com +all",), Level.WARNING, "end with `~all`"),
        (("v=spf1 include:amazonses.com",), Level.WARNING, "end with `~all`"),
        (("verification=1", "V=SPF1 include:amazonses.com -all"), Level.OK, "V=SPF1"),
    ],
)
def test_spf(records: tuple[str, ...], level: Level, said: str) -> None:
    found = spf(asked({("a.example", "TXT"): records}), "a.example", "include:amazonses.com")
    assert found.level is level
    assert said in found.said


@pytest.mark.parametrize(
    ("records", "level", "said"),
    [
        ((), Level.FAULT, "add `_dmarc.a.example TXT"),
        (("v=DMARC1; p=none", "v=DMARC1; p=reject"), Level.FAULT, "2 records"),
        (("v=DMARC1; rua=mailto:x@a.example",), Level.FAULT, "has no policy"),
        (("v=DMARC1; p=reject",), Level.WARNING, "add `rua=mailto:…`"),
        (("v=DMARC1;p=Quarantine;rua=mailto:x@a.example",), Level.OK, "p=Quarantine"),
    ],
)
def test_dmarc(records: tuple[str, ...], level: Level, said: str) -> None:
    found = dmarc(asked({("_dmarc.a.example", "TXT"): records}), "a.example")
    assert found.level is level
    assert said in found.said


def test_the_identity_is_that_of_the_nearest_domain_ses_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    as_nobody(monkeypatch)
    with mock_aws():
        none = through_ses(asked({}), DOMAIN)
        assert none["identity"].level is Level.FAULT
        assert "create one for the domain" in none["identity"].said
        boto3.client("sesv2").create_email_identity(EmailIdentity="ship.example")
        found = through_ses(asked({}), DOMAIN)
    assert found.keys() >= {"identity", "DKIM", "MAIL FROM", "DMARC"}
    assert "ship.example" in found["identity"].said


def test_the_domains_above_one_end_before_the_top() -> None:
    assert lineage("a.b.example") == ["a.b.example", "b.example"]
    assert lineage("localhost") == ["localhost"]

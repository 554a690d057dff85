"""What the DNS says of the domain our mail comes from, and what to do about it.

Gmail, Yahoo and Outlook refuse bulk mail without DKIM, SPF and DMARC. The records are those that
SES asks for (developer guide, "Easy DKIM", "Using a custom MAIL FROM domain"), and RFC 7208 and
7489 for any other server.
"""

from collections.abc import Callable, Mapping
from typing import Any

import dns.exception
import dns.resolver

from digest.delivery.findings import Finding, Level
from digest.delivery.ses_identity import Identity, identity, lineage
from digest.errors import ServiceError
from digest.model import Halted

Ask = Callable[[str, str], tuple[str, ...]]
"""What the DNS has of a name and type; () for nothing. Raises ServiceError when it does not say."""

PATIENCE = 5.0  # seconds for one answer
SES_SPF = "include:amazonses.com"
STRICT_ENDS = ("-all", "~all")


def resolver(server: str = "") -> Ask:
    """Asks the resolver of this machine, or the one at `ADDRESS` or `ADDRESS:PORT`."""
    try:
        asked = dns.resolver.Resolver(configure=not server)
        if server:
            host, _, port = server.rpartition(":") if server.count(":") == 1 else (server, "", "")
            asked.nameservers, asked.port = [host], int(port or 53)
    except (dns.exception.DNSException, ValueError) as error:
        raise ServiceError("the DNS", str(error)) from error
    asked.lifetime = PATIENCE

    def ask(name: str, kind: str) -> tuple[str, ...]:
        try:
            return tuple(_told(record, kind) for record in asked.resolve(name, kind))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except dns.exception.DNSException as error:
            raise ServiceError("the DNS", f"no answer about {name}") from error

    return ask


def _told(record: Any, kind: str) -> str:
    if kind == "TXT":
        return b"".join(record.strings).decode("ascii", "replace")
    name = record.exchange if kind == "MX" else record.target
    return str(name).rstrip(".").lower()


def through_another(ask: Ask, domain: str) -> Mapping[str, Finding]:
    """For a mail server of one's own, whose DKIM selector nobody here knows."""
    return {"SPF": spf(ask, domain), "DMARC": dmarc(ask, domain)}


def through_ses(ask: Ask, domain: str) -> Mapping[str, Finding]:
    known = identity(domain)
    if isinstance(known, Identity):
        return {"identity": verified(known), **records_of(ask, domain, known)}
    said = f"SES knows none for {domain}: create one for the domain, and add its DKIM records"
    found = Finding(Level.FAULT, said)
    if isinstance(known, Halted):
        found = Finding(Level.WARNING, f"SES does not tell: {known.reason}")
    return {"identity": found, "DMARC": dmarc(ask, domain)}


def verified(identity: Identity) -> Finding:
    if identity.verified:
        return Finding(Level.OK, f"{identity.domain} is verified")
    said = (
        f"SES has not verified {identity.domain}: it does by itself once the DKIM records are there"
    )
    return Finding(Level.FAULT, said)


def records_of(ask: Ask, domain: str, identity: Identity) -> Mapping[str, Finding]:
    """What is found for mail from `domain` that SES sends for an identity."""
    return {
        "DKIM": dkim(ask, identity),
        **mail_from(ask, identity),
        "DMARC": dmarc(ask, domain),
    }


def dkim(ask: Ask, identity: Identity) -> Finding:
    if not identity.dkim:
        return Finding(Level.OK, "signed with keys of your own: SES has no record to look for")
    lacking = []
    for token in identity.dkim:
        name, target = f"{token}._domainkey.{identity.domain}", f"{token}.{identity.zone}"
        if target.lower() not in ask(name, "CNAME"):
            lacking.append(f"`{name} CNAME {target}`")
    if lacking:
        return Finding(Level.FAULT, f"add {', '.join(lacking)}")
    return Finding(Level.OK, f"{len(identity.dkim)} keys of SES at {identity.domain}")


def mail_from(ask: Ask, identity: Identity) -> Mapping[str, Finding]:
    domain = identity.mail_from
    if not domain:
        said = "bounces go to a domain of Amazon's, so SPF says nothing for yours: set a MAIL FROM"
        return {
            "MAIL FROM": Finding(Level.WARNING, f"{said} domain such as bounce.{identity.domain}")
        }
    target = f"feedback-smtp.{identity.region}.amazonses.com"
    there = ask(domain, "MX")
    mx = (
        Finding(Level.OK, f"{domain} leads to SES")
        if there == (target,)
        else Finding(Level.FAULT, f"{domain} needs `MX 10 {target}`, and no other MX")
    )
    return {"MAIL FROM": mx, "SPF": spf(ask, domain, SES_SPF)}


def spf(ask: Ask, domain: str, must: str = "") -> Finding:
    """Of the domain in the envelope; `must` is what it has to name."""
    records = [text for text in ask(domain, "TXT") if text.lower().split(" ")[0] == "v=spf1"]
    example = f'`{domain} TXT "v=spf1 {must or "a mx"} ~all"`'
    if not records:
        return Finding(Level.FAULT, f"add {example}")
    if len(records) > 1:
        return Finding(Level.FAULT, f"{domain} has {len(records)} SPF records, so none counts")
    terms = records[0].lower().split()
    if must and must not in terms:
        return Finding(Level.FAULT, f"{domain} does not let SES send: add `{must}` to its record")
    if terms[-1] not in STRICT_ENDS and not terms[-1].startswith("redirect="):
        return Finding(Level.WARNING, f"{domain}'s record should end with `~all` or `-all`")
    return Finding(Level.OK, records[0])


def dmarc(ask: Ask, domain: str) -> Finding:
    for name in lineage(domain):
        records = [text for text in ask(f"_dmarc.{name}", "TXT") if text.startswith("v=DMARC1")]
        if len(records) > 1:
            return Finding(Level.FAULT, f"_dmarc.{name} has {len(records)} records: none counts")
        if records:
            return _policy(name, records[0])
    return Finding(Level.FAULT, f'add `_dmarc.{domain} TXT "v=DMARC1; p=none; rua=mailto:…"`')


def _policy(name: str, record: str) -> Finding:
    pairs = (tag.partition("=") for tag in record.split(";"))
    tags = {key.strip().lower(): value.strip() for key, _, value in pairs}
    if tags.get("p", "").lower() not in {"none", "quarantine", "reject"}:
        return Finding(Level.FAULT, f"_dmarc.{name} has no policy: add `p=none`")
    if "rua" not in tags:
        return Finding(Level.WARNING, f"_dmarc.{name} asks for no reports: add `rua=mailto:…`")
    return Finding(Level.OK, f"{record} at {name}")

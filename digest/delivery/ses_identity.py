"""What SES wants to find in the DNS for the domain we send from."""

from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from digest.delivery.ses import ASKING, client
from digest.model import Halted

ZONE = "dkim.amazonses.com"  # where most identities' keys are; of some SES names another


class Identity(NamedTuple):
    """A domain that SES knows."""

    domain: str
    verified: bool
    dkim: tuple[str, ...]  # selectors of Easy DKIM; () when the keys are our own
    zone: str = ZONE
    mail_from: str = ""  # the domain of the envelope; "" for one of Amazon's
    region: str = ""


def identity(domain: str) -> Identity | Halted | None:
    """What SES knows of a domain, or of the nearest above it; Halted when it does not say."""
    try:
        ses = client(ASKING)
        for name in lineage(domain):
            try:
                return _read(name, ses.get_email_identity(EmailIdentity=name), ses.meta.region_name)
            except ses.exceptions.NotFoundException:
                continue
    except (BotoCoreError, ClientError, ValueError) as error:
        return Halted(" ".join(str(error).split()))
    return None


def lineage(domain: str) -> list[str]:
    """A domain and those above it, but for the top: mail.a.example, a.example."""
    labels = domain.split(".")
    return [".".join(labels[number:]) for number in range(max(1, len(labels) - 1))]


def _read(name: str, answer: dict[str, object], region: str) -> Identity:
    dkim, mail_from = (_part(answer, key) for key in ("DkimAttributes", "MailFromAttributes"))
    easy = dkim.get("SigningAttributesOrigin", "AWS_SES") != "EXTERNAL"
    tokens = dkim.get("Tokens", ())
    return Identity(
        domain=name,
        verified=bool(answer.get("VerifiedForSendingStatus")),
        dkim=tuple(map(str, tokens)) if easy and isinstance(tokens, list) else (),
        zone=str(dkim.get("SigningHostedZone") or ZONE),
        mail_from=str(mail_from.get("MailFromDomain") or ""),
        region=region,
    )


def _part(answer: dict[str, object], key: str) -> dict[str, object]:
    part = answer.get(key)
    return part if isinstance(part, dict) else {}

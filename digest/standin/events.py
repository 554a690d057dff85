"""What SES would tell of a mail, in the form of its event publishing (`eventType`).

What becomes of a mail is decided by its address, as with SES's own simulator: `+bounce` before the
@ of any domain, or `bounce@simulator.amazonses.com`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from digest.standin.wire import Mail, fields

ACCOUNT = "000000000000"
SIMULATOR = "simulator.amazonses.com"
MTA = "dns; standin.smtp-out.amazonses.com"
MOST_HEADERS = 10 * 1024  # characters; SES leaves out what is above

Event = dict[str, Any]


class Fate(StrEnum):
    DELIVERED = "delivered"
    BOUNCE = "bounce"
    SOFT_BOUNCE = "softbounce"
    COMPLAINT = "complaint"
    SUPPRESSED = "suppressed"
    DELAY = "delay"
    REJECT = "reject"


LABELS: Mapping[str, Fate] = {
    "suppressionlist": Fate.SUPPRESSED,  # as the simulator calls it
    **{fate.value: fate for fate in Fate if fate is not Fate.DELIVERED},
}


def fate(address: str) -> Fate:
    """What the address itself asks for."""
    local, _, domain = address.lower().rpartition("@")
    label = local if domain == SIMULATOR else local.rpartition("+")[2] if "+" in local else ""
    return LABELS.get(label, Fate.DELIVERED)


def events(mail: Mail, suppressed: Callable[[str], bool]) -> list[Event]:
    """All that is told of one mail, in the order in which it happens."""
    if mail.failure:
        said = {"templateName": "inline", "errorMessage": mail.failure}
        return [_event(mail, "Rendering Failure", "failure", said)]
    fates = {one: Fate.SUPPRESSED if suppressed(one) else fate(one) for one in mail.recipients}
    told = [
        event
        for each in Fate
        for event in _told(mail, each, [one for one in mail.recipients if fates[one] is each])
    ]
    if all(each is Fate.REJECT for each in fates.values()):
        return told
    return [_event(mail, "Send", "send", {}), *told]


def _told(mail: Mail, fate: Fate, recipients: Sequence[str]) -> Iterator[Event]:
    if recipients:
        for happening in COURSES[fate]:
            yield _event(mail, happening.name, happening.key, happening.detail(mail, recipients))


def _event(mail: Mail, name: str, key: str, detail: Mapping[str, Any]) -> Event:
    return {"eventType": name, "mail": _mail(mail), key: dict(detail)}


def _mail(mail: Mail) -> Event:
    headers = [{"name": name, "value": value} for name, value in fields(mail.head)]
    size = sum(len(one["name"]) + len(one["value"]) for one in headers)
    first = {one["name"].lower(): one["value"] for one in reversed(headers)}
    common = {
        "from": [first.get("from", mail.sender)],
        "to": [first.get("to", ", ".join(mail.recipients))],
        "messageId": mail.message_id,
        "subject": first.get("subject", ""),
    }
    return {
        "timestamp": stamp(mail.at),
        "source": mail.sender,
        "sourceArn": f"arn:aws:ses:us-east-1:{ACCOUNT}:identity/{_domain(mail)}",
        "sendingAccountId": ACCOUNT,
        "messageId": mail.message_id,
        "destination": list(mail.recipients),
        "headersTruncated": size > MOST_HEADERS,
        "headers": [] if size > MOST_HEADERS else headers,
        "commonHeaders": common,
        "tags": _tags(mail),
    }


def _tags(mail: Mail) -> dict[str, list[str]]:
    """The sender's tags and SES's own. Every value is a list."""
    own = {
        "ses:source-tls-version": "TLSv1.3",
        "ses:operation": "SendEmail",
        "ses:configuration-set": mail.configuration_set,
        "ses:source-ip": "127.0.0.1",
        "ses:from-domain": _domain(mail),
        "ses:caller-identity": "stand-in",
    }
    return {name: [value] for name, value in {**own, **mail.tags}.items()}


def _domain(mail: Mail) -> str:
    return mail.sender.rpartition("@")[2].rstrip(">")


def stamp(moment: datetime) -> str:
    """ISO 8601 with milliseconds and a Z, as AWS writes it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


# --- what each event says ------------------------------------------------------------------


class Happening(NamedTuple):
    name: str
    key: str
    detail: Callable[[Mail, Sequence[str]], Event]


def _delivery(mail: Mail, recipients: Sequence[str]) -> Event:
    return {
        "timestamp": stamp(mail.at),
        "processingTimeMillis": 0,
        "recipients": list(recipients),
        "smtpResponse": "250 2.6.0 Message received",
        "reportingMTA": MTA,
    }


def _bounce(kind: str, subtype: str, status: str, said: str) -> Callable[..., Event]:
    def detail(mail: Mail, recipients: Sequence[str]) -> Event:
        more = {"action": "failed", "status": status, "diagnosticCode": said} if status else {}
        return {
            "feedbackId": f"{mail.message_id}.{subtype}",
            "bounceType": kind,
            "bounceSubType": subtype,
            "bouncedRecipients": [{"emailAddress": one, **more} for one in recipients],
            "timestamp": stamp(mail.at),
            "reportingMTA": MTA,
        }

    return detail


def _complaint(mail: Mail, recipients: Sequence[str]) -> Event:
    return {
        "feedbackId": f"{mail.message_id}.complaint",
        "complaintSubType": None,
        "complainedRecipients": [{"emailAddress": one} for one in recipients],
        "timestamp": stamp(mail.at),
        "userAgent": "Amazon SES Mailbox Simulator",
        "complaintFeedbackType": "abuse",
        "arrivalDate": stamp(mail.at),
    }


def _delay(mail: Mail, recipients: Sequence[str]) -> Event:
    said = {"status": "4.4.1", "diagnosticCode": "smtp; 421 4.4.1 Unable to connect"}
    return {
        "timestamp": stamp(mail.at),
        "delayType": "TransientCommunicationFailure",
        "expirationTime": stamp(mail.at + timedelta(hours=14)),
        "delayedRecipients": [{"emailAddress": one, **said} for one in recipients],
    }


DELIVERED = Happening("Delivery", "delivery", _delivery)
USER_UNKNOWN = "smtp; 550 5.1.1 user unknown"
MAILBOX_FULL = "smtp; 452 4.2.2 mailbox full"
ON_THE_LIST = _bounce("Permanent", "OnAccountSuppressionList", "", "")
COURSES: Mapping[Fate, tuple[Happening, ...]] = {
    Fate.DELIVERED: (DELIVERED,),
    Fate.BOUNCE: (
        Happening("Bounce", "bounce", _bounce("Permanent", "General", "5.1.1", USER_UNKNOWN)),
    ),
    Fate.SOFT_BOUNCE: (
        Happening("Bounce", "bounce", _bounce("Transient", "MailboxFull", "4.2.2", MAILBOX_FULL)),
    ),
    Fate.COMPLAINT: (DELIVERED, Happening("Complaint", "complaint", _complaint)),
    Fate.SUPPRESSED: (Happening("Bounce", "bounce", ON_THE_LIST),),
    Fate.DELAY: (Happening("DeliveryDelay", "deliveryDelay", _delay), DELIVERED),
    Fate.REJECT: (Happening("Reject", "reject", lambda *_: {"reason": "Bad content"}),),
}

"""The operations: one call's arguments in, SES's answer and the mails it accepted out."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

from digest.standin import merging, rules
from digest.standin.account import Account, Entry
from digest.standin.api import ApiError, Arguments, bad_request
from digest.standin.composing import content_of, head_of, header, merged_entry, tags_of, wired
from digest.standin.events import SIMULATOR, Fate, fate
from digest.standin.faults import Kind
from digest.standin.wire import REGION, Mail

PAGE = 1000  # suppressed addresses in one answer
BULK_STATUSES: Mapping[str, str] = {
    "Maximum sending rate exceeded.": "ACCOUNT_THROTTLED",
    "Daily message quota exceeded.": "ACCOUNT_DAILY_QUOTA_EXCEEDED",
}
OWN = 2048  # bytes that an entry takes in memory, about
NONE: Mapping[int, Kind] = {}
LISTED = {Fate.BOUNCE: "BOUNCE", Fate.COMPLAINT: "COMPLAINT"}


class Answer(NamedTuple):
    body: dict[str, Any]
    mails: tuple[Mail, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """An account with its operations. `clock` answers seconds since 1970."""

    account: Account
    clock: Callable[[], float]
    names: Callable[[], str] = field(default=lambda: str(uuid.uuid4()))

    def call(
        self, operation: str, request: Arguments, failing: Mapping[int, Kind] = NONE
    ) -> Answer:
        """Do what a call asks; raises ApiError when SES would refuse it. The entries of a bulk
        call that are `failing` are refused one by one."""
        if operation == "SendBulkEmail":
            return self.send_bulk_email(request, failing)
        return OPERATIONS[operation](self, request)

    # --- sending ---

    def send_email(self, request: Arguments) -> Answer:
        rules.check_send(request)
        content = request["Content"]
        try:
            data, missing = content_of(request, content), ""
        except merging.MissingError as error:
            data, missing = b"", str(error)
        recipients = list(rules.addresses(request.get("Destination") or {}))
        sender = request.get("FromEmailAddress") or header(data, "from")
        if not recipients and "Raw" in content:
            recipients = rules.in_headers(header(data, name) for name in ("to", "cc", "bcc"))
        tags = tags_of(request.get("EmailTags", ()))
        mail = self._accept(
            sender, recipients, tags, request, lambda _: data, missing, size=len(data)
        )
        return Answer({"MessageId": mail.message_id}, (replace(mail, data=mail.whole),))

    def send_bulk_email(self, request: Arguments, failing: Mapping[int, Kind] = NONE) -> Answer:
        rules.check_bulk(request)
        template = request["DefaultContent"]["Template"]
        shared = merging.data(template.get("TemplateData", ""))
        results, mails = [], []
        for place, entry in enumerate(request["BulkEmailEntries"]):
            try:
                if place in failing:
                    self.fail(failing[place], request)
                mail = self._bulk_entry(request, template, shared, entry)
            except ApiError as error:
                status = BULK_STATUSES.get(error.message) or _bulk_status(error.code)
                results.append({"Status": status, "Error": error.message})
                continue
            mails.append(mail)
            results.append({"Status": "SUCCESS", "MessageId": mail.message_id})
        return Answer({"BulkEmailEntryResults": results}, tuple(mails))

    def _bulk_entry(
        self, request: Arguments, template: Arguments, shared: Arguments, entry: Arguments
    ) -> Mail:
        own = (entry.get("ReplacementEmailContent") or {}).get("ReplacementTemplate") or {}
        values = {**shared, **merging.data(own.get("ReplacementTemplateData", ""))}
        headers = merging.replaced(
            template.get("Headers") or (), entry.get("ReplacementHeaders") or ()
        )
        tags = merging.replaced(
            request.get("DefaultEmailTags") or (), entry.get("ReplacementTags") or ()
        )
        rules.check_tags(tags)
        rules.check_headers(headers)
        content = template["TemplateContent"]
        head = head_of(request, entry["Destination"])
        recipients = list(rules.addresses(entry["Destination"]))
        size = sum(map(len, content.values())) // len(request["BulkEmailEntries"]) + OWN
        return self._accept(
            request["FromEmailAddress"],
            recipients,
            tags_of(tags),
            request,
            partial(merged_entry, head, content, values, headers),
            merging.missing(content, values),
            size,
        )

    def _accept(
        self,
        sender: str,
        recipients: Sequence[str],
        tags: Mapping[str, str],
        request: Arguments,
        write: Callable[[bool], bytes],
        missing: str,
        size: int,
    ) -> Mail:
        """A mail that is let in; `write` makes the bytes its sender means, when they are wanted."""
        rules.check_recipients(recipients, sender)
        self.account.admit(len(recipients))
        at = datetime.fromtimestamp(self.clock(), UTC)
        message_id = f"01{int(at.timestamp() * 1000):014x}-{self.names()}-000000"
        return Mail(
            message_id=message_id,
            at=at,
            sender=rules.bare(sender),
            recipients=tuple(map(rules.bare, recipients)),
            tags=tags,
            configuration_set=request.get("ConfigurationSetName", ""),
            data=b"" if missing else partial(wired, write, message_id, at, tags),
            size=size,
            failure=missing,
        )

    def learn(self, mail: Mail) -> None:
        """Put on the suppression list whom SES puts there by itself: but for its simulator's."""
        for email in mail.recipients:
            reason = LISTED.get(fate(email))
            if reason and not mail.failure and not email.lower().endswith(f"@{SIMULATOR}"):
                self.account.suppressed.put(Entry(email, reason, self.clock()))

    # --- the account ---

    def get_account(self, _: Arguments) -> Answer:
        account = self.account
        quota = {
            "Max24HourSend": account.quota.most,
            "MaxSendRate": account.rate.per_second,
            "SentLast24Hours": account.quota.used,
        }
        return Answer(
            {
                "DedicatedIpAutoWarmupEnabled": False,
                "EnforcementStatus": "SHUTDOWN" if account.suspended else "HEALTHY",
                "ProductionAccessEnabled": True,
                "SendQuota": quota,
                "SendingEnabled": account.enabled and not account.suspended,
                "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
            }
        )

    def put_suppressed(self, request: Arguments) -> Answer:
        email = request["EmailAddress"]
        rules.check_address(email)
        if email.lower().endswith(f"@{SIMULATOR}"):
            raise bad_request("addresses of the mailbox simulator cannot be suppressed")
        self.account.suppressed.put(Entry(email, request["Reason"], self.clock()))
        return Answer({})

    def get_suppressed(self, request: Arguments) -> Answer:
        entry = self.account.suppressed.get(request["EmailAddress"])
        return Answer({"SuppressedDestination": {**_shown(entry), "Attributes": {}}})

    def delete_suppressed(self, request: Arguments) -> Answer:
        self.account.suppressed.delete(request["EmailAddress"])
        return Answer({})

    def list_suppressed(self, request: Arguments) -> Answer:
        reasons = request.get("Reasons") or ("BOUNCE", "COMPLAINT")
        since, until = (_seconds(request.get(name)) for name in ("StartDate", "EndDate"))
        found = [
            _shown(entry)
            for entry in self.account.suppressed
            if entry.reason in reasons
            and (since is None or since <= entry.since)
            and (until is None or entry.since <= until)
        ]
        start, size = _place(request.get("NextToken", "0")), request.get("PageSize", PAGE)
        more = {"NextToken": str(start + size)} if len(found) > start + size else {}
        return Answer({"SuppressedDestinationSummaries": found[start : start + size], **more})

    # --- faults that are answers of the API ---

    def fail(self, kind: Kind, request: Arguments) -> None:
        """Raise the ApiError of a fault; whatever is no answer of the API passes."""
        match kind:
            case Kind.PAUSE:
                self.account.enabled = False
            case Kind.SUSPEND:
                self.account.suspended = True
            case _ if kind in REFUSALS:
                code, message = REFUSALS[kind]
                raise ApiError(code, message.format(**_named(request)))
            case _:
                pass


OPERATIONS: Mapping[str, Callable[[Service, Arguments], Answer]] = {
    "SendEmail": Service.send_email,
    "GetAccount": Service.get_account,
    "PutSuppressedDestination": Service.put_suppressed,
    "GetSuppressedDestination": Service.get_suppressed,
    "DeleteSuppressedDestination": Service.delete_suppressed,
    "ListSuppressedDestinations": Service.list_suppressed,
}
NOT_VERIFIED = "Email address is not verified. The following identities failed the check in region"
REFUSALS: Mapping[Kind, tuple[str, str]] = {
    Kind.THROTTLE: ("TooManyRequestsException", "Maximum sending rate exceeded."),
    Kind.QUOTA: ("TooManyRequestsException", "Daily message quota exceeded."),
    Kind.REFUSE: ("MessageRejected", "Transaction failed: the message was refused."),
    Kind.UNVERIFIED: ("MessageRejected", f"{NOT_VERIFIED} {REGION.upper()}: {{sender}}"),
    Kind.MAIL_FROM: ("MailFromDomainNotVerifiedException", "The MAIL FROM domain is not verified."),
    Kind.NO_SET: ("NotFoundException", "Configuration set <{set}> does not exist."),
}


def _bulk_status(code: str) -> str:
    known = {
        "MessageRejected": "MESSAGE_REJECTED",
        "AccountSuspendedException": "ACCOUNT_SUSPENDED",
        "SendingPausedException": "ACCOUNT_SENDING_PAUSED",
        "MailFromDomainNotVerifiedException": "MAIL_FROM_DOMAIN_NOT_VERIFIED",
        "NotFoundException": "CONFIGURATION_SET_NOT_FOUND",
    }
    return known.get(code, "INVALID_PARAMETER")


def _shown(entry: Entry) -> dict[str, Any]:
    return {
        "EmailAddress": entry.email,
        "Reason": entry.reason,
        "LastUpdateTime": entry.since,
    }


def _seconds(moment: str | float | None) -> float | None:
    if moment is None or isinstance(moment, float | int):
        return moment
    try:
        return datetime.fromisoformat(moment).timestamp()
    except ValueError:
        raise bad_request(f"{moment!r} is no date") from None


def _place(token: str) -> int:
    if not token.isdecimal():
        raise ApiError(
            "InvalidNextTokenException",
            "The specified request includes an invalid or expired token.",
        )
    return int(token)


def _named(request: Arguments) -> dict[str, str]:
    """What the words of a refusal name of the request."""
    raw = (request.get("Content") or {}).get("Raw") or {}
    sender = request.get("FromEmailAddress") or header(raw.get("Data", b""), "from")
    return {"sender": sender, "set": request.get("ConfigurationSetName", "")}

"""Who speaks on the webhook: notifications of Amazon SNS, verified.

Anybody may point a topic of their own at our address, and Amazon signs what it sends; so the topic
is pinned, and only then does a signature prove anything.
https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from digest.delivery.events import moment

if TYPE_CHECKING:
    from digest.delivery.certificates import Certificate

WINDOW = timedelta(hours=1)  # SNS gives up on a webhook after so long
MOST_CERTIFICATES = 8
CERTIFICATE_URL = r"https://sns\.{region}\.amazonaws\.com(?:\.cn)?/SimpleNotificationService-[a-z0-9]{{1,64}}\.pem"
CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": CONFIRMATION,
    "UnsubscribeConfirmation": CONFIRMATION,
}
VERSIONS = ("1", "2")  # of signatures: with SHA-1, with SHA-256

Fetch = Callable[[str], bytes]
"""Gets a certificate from its address, following no redirect; raises OSError when it cannot."""


@dataclass(frozen=True, slots=True)
class Notification:
    """What a topic truly said. `token` is that of a confirmation."""

    type: str
    message: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Forged:
    """Why something is not taken as said by our topic. `malformed`: nobody could take it."""

    reason: str
    malformed: bool = False


class Signed(NamedTuple):
    """What was signed, by which version of SNS's signatures."""

    text: bytes
    signature: bytes
    version: str


class Topic:
    """The one topic we listen to. It remembers certificates, and that a signature with SHA-256 was
    seen: from then on SHA-1 is refused."""

    def __init__(self, arn: str, fetch: Fetch, *, least_version: int = 1) -> None:
        self.arn, self._fetch, self._least = arn, fetch, least_version
        region = re.escape(arn.split(":")[3])
        self._address = re.compile(CERTIFICATE_URL.format(region=region))
        self._certificates: dict[str, Certificate] = {}

    def verified(self, body: bytes, now: datetime) -> Notification | Forged:
        """What our topic said, or why it was not our topic. A certificate is fetched only for what
        names our topic, is fresh, and says that Amazon holds the certificate."""
        fields = _fields(body)
        if fields is None:
            return Forged("it is no notification", malformed=True)
        if reason := self._objection(fields, now):
            return Forged(reason)
        if reason := self._mismatch(fields, now):
            return Forged(reason)
        self._least = max(self._least, int(fields["SignatureVersion"]))
        return Notification(fields["Type"], fields["Message"], fields.get("Token", ""))

    def _objection(self, fields: Mapping[str, str], now: datetime) -> str:
        """What speaks against it at first sight; "" when nothing does."""
        said = moment(fields["Timestamp"])
        version = fields.get("SignatureVersion", "")
        if fields["TopicArn"] != self.arn:
            return "it is of another topic"
        if said is None or abs(now - said) > WINDOW:
            return "it is older than an hour, or of the future"
        if not fields.get("Signature"):
            return "it is not signed"
        if version not in VERSIONS or int(version) < self._least:
            return "its signature is of a version we do not take"
        if not self._address.fullmatch(fields.get("SigningCertURL", "")):
            return "its certificate is not where Amazon keeps them"
        return ""

    def _mismatch(self, fields: Mapping[str, str], now: datetime) -> str:
        """What is wrong with the signature; "" when it is good."""
        try:
            certificate = self._certificate(fields["SigningCertURL"])
            signature = base64.b64decode(fields["Signature"], validate=True)
        except OSError as error:
            return f"its certificate cannot be fetched: {error}"
        except ValueError:
            return "its signature is wrong"
        said = Signed(string_to_sign(fields), signature, fields["SignatureVersion"])
        return certificate.mismatch(said, now)

    def _certificate(self, url: str) -> "Certificate":
        from digest.delivery.certificates import Certificate  # 9 MB, for those who listen alone

        if url not in self._certificates:
            found = Certificate(self._fetch(url))
            if len(self._certificates) >= MOST_CERTIFICATES:
                self._certificates.clear()
            self._certificates[url] = found
        return self._certificates[url]


def string_to_sign(fields: Mapping[str, str]) -> bytes:
    """Names and values, each in a line of its own; what is not there is left out."""
    names = SIGNED[fields["Type"]]
    return "".join(f"{name}\n{fields[name]}\n" for name in names if name in fields).encode()


def _fields(body: bytes) -> dict[str, str] | None:
    """The texts of an envelope, None for what is no whole one."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    fields = {name: text for name, text in found.items() if isinstance(text, str) and _whole(text)}
    wanted = [name for name in SIGNED.get(fields.get("Type", ""), ()) if name != "Subject"]
    return fields if wanted and all(name in fields for name in wanted) else None


def _whole(text: str) -> bool:
    """Whether a text can be written as UTF-8: JSON may spell half of a surrogate pair."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text)

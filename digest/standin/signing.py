"""A key of the stand-in's own: it signs SNS messages as SNS does, and mails with DKIM.

The certificate goes by an address that a careful receiver accepts. It is served under the same
file name by the stand-in itself, so a receiver needs a way to fetch it from there.
"""

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

try:
    import dkim  # type: ignore[import-untyped]
except ImportError:  # a dependency of development alone: mails stay unsigned
    dkim = None

SNS = "https://sns.us-east-1.amazonaws.com"
SELECTOR = "standin"
# https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
SIGNED: Mapping[str, tuple[str, ...]] = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}
HASHES: Mapping[str, hashes.HashAlgorithm] = {
    "1": hashes.SHA1(),  # noqa: S303 - what version 1 is
    "2": hashes.SHA256(),
}
SEALED = (
    *(b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type"),
    *(b"list-id", b"list-unsubscribe", b"list-unsubscribe-post"),
)


class Signer:
    def __init__(self, version: str = "2") -> None:
        self._version = version

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @cached_property
    def certificate(self) -> bytes:
        """Self-signed, as PEM."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        now = datetime.now(UTC)
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name)
        made = made.public_key(self._key.public_key()).serial_number(x509.random_serial_number())
        made = made.not_valid_before(now - timedelta(days=1))
        made = made.not_valid_after(now + timedelta(days=30))
        signed = made.sign(self._key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM)

    @cached_property
    def certificate_name(self) -> str:
        digest = hashlib.sha256(self.certificate).hexdigest()[:32]
        return f"SimpleNotificationService-{digest}.pem"

    def signed(self, envelope: Mapping[str, Any]) -> dict[str, Any]:
        """An SNS message with its signature."""
        lines = [
            f"{name}\n{envelope[name]}\n" for name in SIGNED[envelope["Type"]] if name in envelope
        ]
        signature = self._key.sign(
            "".join(lines).encode(), padding.PKCS1v15(), HASHES[self._version]
        )
        return {
            **envelope,
            "SignatureVersion": self._version,
            "Signature": base64.b64encode(signature).decode(),
            "SigningCertURL": f"{SNS}/{self.certificate_name}",
        }

    @property
    def dkim_record(self) -> str:
        """What the sender's domain would publish under `standin._domainkey`."""
        public = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"

    @cached_property
    def _pem(self) -> bytes:
        return self._key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )

    def sealed(self, data: bytes, domain: str) -> bytes:
        """A message with a DKIM signature on top, where dkimpy is there; else as it is."""
        if dkim is None:
            return data
        head = data.partition(b"\r\n\r\n")[0].lower()
        there = [name for name in SEALED if b"\r\n" + name + b":" in b"\r\n" + head]
        seal: bytes = dkim.sign(
            data,
            SELECTOR.encode(),
            domain.encode(),
            self._pem,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=there,
        )
        return seal + data


def can_seal() -> bool:
    return dkim is not None

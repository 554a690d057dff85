"""Certificates that Amazon signs with, and what their signatures prove."""

from collections.abc import Mapping
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from digest.delivery.sns import Signed

HASHES: Mapping[str, hashes.HashAlgorithm] = {
    "1": hashes.SHA1(),  # noqa: S303 - what topics sign with unless they are told otherwise
    "2": hashes.SHA256(),
}


class Certificate:
    def __init__(self, pem: bytes) -> None:
        """Raises ValueError for what is none."""
        self._read = x509.load_pem_x509_certificate(pem)

    def mismatch(self, said: Signed, now: datetime) -> str:
        """What is wrong with a signature; "" when it is good."""
        try:
            key = self._read.public_key()
            if not isinstance(key, RSAPublicKey):
                return "its certificate has no RSA key"
            key.verify(said.signature, said.text, PKCS1v15(), HASHES[said.version])
        except (InvalidSignature, ValueError):
            return "its signature is wrong"
        valid = self._read.not_valid_before_utc <= now <= self._read.not_valid_after_utc
        return "" if valid else "its certificate is not valid at this time"

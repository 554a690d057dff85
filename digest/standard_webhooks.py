"""Messages to others, signed as Standard Webhooks 1.0.0 says (standardwebhooks.com): whoever holds
the secret can tell that a message is ours, whole, and not an old one come again."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

PREFIX = "whsec_"
SECRET_BYTES = 32  # 24 to 64, says the specification
RETRIES = (
    *(timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2)),
    *(timedelta(hours=5), timedelta(hours=10), timedelta(hours=14), timedelta(hours=20)),
    timedelta(hours=24),
)
"""How long to wait after each try that failed; after the last one, nobody tries again. The
specification's own example."""


def written(payload: Mapping[str, Any]) -> bytes:
    """The bytes of a message, which are what is signed."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def secret_of(key: bytes) -> str:
    return PREFIX + base64.b64encode(key).decode()


def headers(secret: str, number: str, at: int, body: bytes) -> tuple[tuple[str, str], ...]:
    """What goes with a message; `at` is when this try was made, in seconds since the epoch."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{number}.{at}.".encode() + body
    proof = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return (
        ("Content-Type", "application/json"),
        ("webhook-id", number),
        ("webhook-timestamp", str(at)),
        ("webhook-signature", f"v1,{proof}"),
    )

"""A signature over our messages holds, say two implementations that know nothing of each other."""

import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import dkim  # type: ignore[import-untyped]
import pytest

from tests.email.mails import LANGUAGES, every, mail

VERIFY = Path(__file__).parent / "dkim_verify.pl"
DOMAIN, SELECTOR = b"mail.shiporskip.example", b"judge"
# What RFC 8058 wants signed besides what everybody signs.
SIGNED = [
    *(b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type"),
    *(b"list-id", b"list-unsubscribe", b"list-unsubscribe-post"),
]
WAYS = [(b"relaxed", b"relaxed"), (b"simple", b"simple")]  # to read header and body
MAKE_KEY = """
my $key = Crypt::OpenSSL::RSA->generate_key(2048);
print $key->get_private_key_string, $key->get_public_key_x509_string;
"""


class Key(NamedTuple):
    private: bytes
    record: bytes  # what a domain would publish of it


@pytest.fixture(scope="module")
def key() -> Key:
    command = ["perl", "-MCrypt::OpenSSL::RSA", "-e", MAKE_KEY]
    made = subprocess.run(command, capture_output=True, check=True).stdout
    private, begin, public = made.partition(b"-----BEGIN PUBLIC KEY-----")
    assert begin
    return Key(private, b"v=DKIM1; k=rsa; p=" + b"".join(public.splitlines()[:-1]))


def signed(data: bytes, key: Key, way: tuple[bytes, bytes] = WAYS[0]) -> bytes:
    present = {line.partition(b":")[0].lower() for line in data.split(b"\r\n\r\n")[0].splitlines()}
    names = [name for name in SIGNED if name in present]
    seal: bytes = dkim.sign(
        data, SELECTOR, DOMAIN, key.private, canonicalize=way, include_headers=names
    )
    return seal + data


def opinions(data: bytes, key: Key) -> tuple[bool, bool]:
    """Whether the signature holds: to dkimpy, and to Mail::DKIM."""

    def published(name: bytes, timeout: Any = None) -> bytes:
        return key.record

    command: list[str | Path] = ["perl", VERIFY, key.record.decode()]
    said = subprocess.run(command, input=data, capture_output=True, check=True).stdout
    return dkim.verify(data, dnsfunc=published), said.startswith(b"pass")


@pytest.mark.parametrize("way", WAYS, ids=["relaxed", "simple"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_both_find_the_signature_whole(language: str, way: tuple[bytes, bytes], key: Key) -> None:
    for one in every(language):
        assert opinions(signed(one.data, key, way), key) == (True, True), one.name


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"List-Unsubscribe: <https://", b"List-Unsubscribe: <https://other."),
        (b"List-Unsubscribe=One-Click", b"List-Unsubscribe=Never"),
        (b"Content-Transfer-Encoding: quoted-printable", b"Content-Transfer-Encoding: 8bit"),
    ],
)
def test_both_notice_what_was_changed(was: bytes, becomes: bytes, key: Key) -> None:
    whole = signed(mail("digest").data, key)
    assert whole.count(was) > 0
    assert opinions(whole.replace(was, becomes, 1), key) == (False, False)

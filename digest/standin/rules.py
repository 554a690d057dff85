"""What SES asks beyond the model of its API, as its developer guide and reference have it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from email.utils import getaddresses, parseaddr
from functools import lru_cache
from typing import Any

from digest.standin.api import ApiError, bad_request

MOST_RECIPIENTS = 50  # of one message, and entries of one bulk call
LARGEST = 40 * 1024 * 1024  # bytes after base64
LARGEST_BULK = 1024 * 1024  # bytes of a call with an inline template
LONGEST_LINE = 1000  # of raw content, with its end
TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
TAG_NAMES = ("ses:feedback-id-a", "ses:feedback-id-b")  # besides those that `TAG` lets in
KINDS = ("Simple", "Raw", "Template")
OWN = frozenset(
    (
        *("bcc", "cc", "content-disposition", "content-type", "date", "from", "message-id"),
        *("mime-version", "reply-to", "return-path", "subject", "to"),
    )
)
REPEATABLE = frozenset(("comments", "keywords", "received"))
BARE = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")  # most are that already
LINE_BREAK = re.compile(rb"\r\n|\r|\n")

UNPLAYED = ("ListManagementOptions", "TenantName", "EndpointId", "Attachments")

Headers = Iterable[Mapping[str, str]]


def check_send(request: Mapping[str, Any]) -> None:
    """Raise ApiError for the first of the rules that a SendEmail breaks."""
    content = request["Content"]
    if sum(content.get(kind) is not None for kind in KINDS) != 1:
        raise bad_request("Content must hold one of Simple, Raw and Template")
    check_played(request, *(content.get(kind) or {} for kind in KINDS))
    check_tags(request.get("EmailTags", ()))
    for kind in ("Simple", "Template"):
        check_headers(content.get(kind, {}).get("Headers", ()))
    if "Raw" in content:
        check_raw(content["Raw"]["Data"])
    elif not request.get("FromEmailAddress"):
        raise bad_request("FromEmailAddress is missing")


def check_size(operation: str, size: int) -> None:
    """Raise ApiError for a bulk call whose template stands in it and makes it too large."""
    if operation == "SendBulkEmail" and size > LARGEST_BULK:
        raise bad_request(f"the call is larger than {LARGEST_BULK} bytes")


def check_played(*requests: Mapping[str, Any]) -> None:
    """Raise ApiError for what the stand-in would have to pass over in silence."""
    for request in requests:
        for name in UNPLAYED:
            if request.get(name):
                raise bad_request(f"{name} is not played here")


def check_recipients(recipients: Iterable[str], sender: str) -> None:
    """Raise ApiError unless every address is one that SES takes, and there are not too many."""
    listed = list(recipients)
    if not listed:
        raise bad_request("there is no recipient")
    if len(listed) > MOST_RECIPIENTS:
        raise ApiError("MessageRejected", f"Recipient count exceeds {MOST_RECIPIENTS}.")
    for address in (*listed, sender):
        check_address(address)


def check_address(text: str) -> None:
    """SES has no SMTPUTF8: a local part is ASCII, a domain is its punycode."""
    local, at, domain = bare(text).rpartition("@")
    if not at or not local:
        raise bad_request("Missing final '@domain'")
    if not local.isascii() or not local.isprintable() or " " in local:
        raise bad_request("Local address contains control or whitespace")
    if not re.fullmatch(r"[A-Za-z0-9.-]+", domain):
        raise bad_request("Domain contains illegal character")


def check_tags(tags: Headers) -> None:
    for tag in tags:
        name, value = tag["Name"], tag["Value"]
        if name not in TAG_NAMES and not TAG.fullmatch(name):
            raise bad_request(f"Invalid tag name <{name}>: only alphanumeric ASCII, '_' and '-'")
        if not TAG.fullmatch(value):
            raise bad_request(f"Invalid tag value <{value}>: only alphanumeric ASCII, '_' and '-'")


def check_headers(headers: Headers) -> None:
    names = [header["Name"].lower() for header in headers]
    for name in names:
        if name in OWN:
            raise bad_request(f"Header {name} is not allowed")
        if name not in REPEATABLE and names.count(name) > 1:
            raise bad_request(f"Header {name} may be given once")
    for header in headers:
        if len(header["Name"]) + len(header["Value"]) > 996:
            raise bad_request(f"Header {header['Name']} is longer than 996 characters")


def check_raw(data: bytes) -> None:
    if len(data) * 4 // 3 > LARGEST:
        raise ApiError("MessageRejected", f"Message length is more than {LARGEST} bytes long")
    if max(map(len, LINE_BREAK.split(data))) > LONGEST_LINE - 2:
        raise bad_request(f"a line is longer than {LONGEST_LINE} characters")


def check_bulk(request: Mapping[str, Any]) -> None:
    """Raise ApiError for the first of the rules that a SendBulkEmail breaks."""
    template = request["DefaultContent"].get("Template") or {}
    entries = request["BulkEmailEntries"]
    if not entries or len(entries) > MOST_RECIPIENTS:
        raise bad_request(f"there must be 1 to {MOST_RECIPIENTS} entries, not {len(entries)}")
    if name := template.get("TemplateName") or template.get("TemplateArn"):
        raise ApiError("NotFoundException", f"Template {name} does not exist")
    if not template.get("TemplateContent"):
        raise bad_request("DefaultContent must hold a template with its content")
    if not request.get("FromEmailAddress"):
        raise bad_request("FromEmailAddress is missing")
    check_played(request, template)
    check_tags(request.get("DefaultEmailTags", ()))
    check_headers(template.get("Headers", ()))


def addresses(destination: Mapping[str, Any]) -> Iterator[str]:
    """Everybody a Destination names: To, Cc and Bcc."""
    for field in ("ToAddresses", "CcAddresses", "BccAddresses"):
        yield from destination.get(field) or ()


@lru_cache(4096)
def bare(text: str) -> str:
    """The address of what may name somebody too."""
    return text if BARE.fullmatch(text) else parseaddr(text)[1]


def in_headers(values: Iterable[str]) -> list[str]:
    """The bare addresses of header values."""
    return [address for _, address in getaddresses(list(values)) if address]

"""Whether the bytes of a message are what mail services ask of bulk mail, and what was approved.

Rules from RFC 5322 (lines, headers), RFC 2046 (alternatives), RFC 2369 and RFC 8058 (leaving).
"""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

from digest.issues.preflight.finding import Finding
from digest.markers import MARKERS, chosen
from digest.model import Publication, Rendering

LONGEST_LINE = 998  # octets, without its end
ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type")
KINDS = ["text/plain", "text/html"]  # the last one that a client can show is shown
ONE_CLICK = "List-Unsubscribe=One-Click"
BARE_END = re.compile(rb"(?<!\r)\n|\r(?!\n)")
MEND = "report it: the product writes these itself"


def wire_findings(
    data: bytes, rendering: Rendering, publication: Publication
) -> tuple[Finding, ...]:
    """What is wrong with a complete message of an issue to one reader."""
    message = message_from_bytes(data, policy=policy.default)
    return (
        *_line_findings(data),
        *_header_findings(message, rendering),
        *_leaving_findings(data, publication),
        *_part_findings(message, rendering),
    )


def _line_findings(data: bytes) -> Iterator[Finding]:
    if BARE_END.search(data):
        yield Finding("block", "message", "a line does not end in CRLF", MEND)
    longest = max(map(len, data.split(b"\r\n")))
    if longest > LONGEST_LINE:
        yield Finding("block", "message", f"a line has {longest} octets", MEND)
    if not data.isascii():
        yield Finding("block", "message", "it holds bytes beyond ASCII", MEND)


def _header_findings(message: EmailMessage, rendering: Rendering) -> Iterator[Finding]:
    for name in ONCE:
        found = message.get_all(name, [])
        if len(found) != 1 or not str(found[0]).strip():
            what = f"it stands there {len(found)} times" if len(found) != 1 else "it is empty"
            yield Finding("block", f"header {name}", what, MEND)
    if str(message["Subject"]) != rendering.subject:
        yield Finding("block", "header Subject", "it is not the subject that was approved", MEND)


def _leaving_findings(data: bytes, publication: Publication) -> Iterator[Finding]:
    """The raw lines: a mail service does not decode them, nor does it join folded ones."""
    lines = _raw_headers(data)
    leave = lines.get("list-unsubscribe", "")
    if f"<{publication.base_url}/unsubscribe/" not in leave:
        what = f"it holds no plain link of {publication.base_url}"
        yield Finding("block", "header List-Unsubscribe", what, MEND)
    if lines.get("list-unsubscribe-post") != ONE_CLICK:
        yield Finding("block", "header List-Unsubscribe-Post", f"it is not {ONE_CLICK}", MEND)
    if f"<{publication.list_id}>" not in lines.get("list-id", ""):
        what = f"it is not {publication.list_id}"
        yield Finding("block", "header List-Id", what, "set DIGEST_LIST_ID")


def _raw_headers(data: bytes) -> dict[str, str]:
    head = data.partition(b"\r\n\r\n")[0].decode("ascii", errors="replace")
    pairs = (line.partition(":") for line in head.split("\r\n") if not line.startswith((" ", "\t")))
    return {name.lower(): value.strip() for name, _, value in pairs}


def _part_findings(message: EmailMessage, rendering: Rendering) -> Iterator[Finding]:
    parts = [part for part in message.iter_parts() if isinstance(part, EmailMessage)]
    kinds = [part.get_content_type() for part in parts]
    if message.get_content_type() != "multipart/alternative" or kinds != KINDS:
        yield Finding("block", "message", f"its parts are {', '.join(kinds) or 'none'}", MEND)
        return
    for part, approved in zip(parts, (rendering.text, rendering.html), strict=True):
        place = f"part {part.get_content_type()}"
        if part.get_content_charset() != "utf-8":
            yield Finding("block", place, "its charset is not utf-8", MEND)
        elif not _holds(part, approved):
            yield Finding("block", place, "it is not what was approved", MEND)


def _holds(part: EmailMessage, approved: str) -> bool:
    """Whether a part says all that was approved, whatever stands where a reader's values go."""
    said = part.get_content().replace("\r\n", "\n")
    pieces = MARKERS.split(chosen(approved, ()).replace("\r\n", "\n"))
    return all(piece in said for piece in pieces)

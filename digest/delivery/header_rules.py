"""What every mail service could take ill in a message, told before it is asked.

boto3 lets a line break in a header through, a second To and an overlong line too, and what a
service makes of them is its own affair. So these are checked here, on the bytes that would go out.
"""

import re
from collections.abc import Sequence
from email.utils import getaddresses

from digest.model import Message

LONGEST_LINE = 998  # RFC 5322, 2.1.1, without the line end
ONCE = ("from", "to", "subject", "date", "message-id")
NEVER = ("cc", "bcc")  # one reader a message: nobody else is told, or told of
FIELD = re.compile(rb"([!-9;-~]+):[ \t]?(.*)", re.DOTALL)
FOLD = re.compile(rb"\r\n(?=[ \t])")

Field = tuple[str, str]


def objection(message: Message) -> str:
    """Why no mail service should be given this message, as one line; "" when all is well."""
    if reason := _lines(message.data):
        return reason
    head, end, _ = message.data.partition(b"\r\n\r\n")
    if not end:
        return "no empty line ends the headers"
    if not head.isascii():
        return "a header holds bytes beyond ASCII"
    fields = [FIELD.fullmatch(line) for line in FOLD.sub(b"", head).split(b"\r\n")]
    if None in fields:
        return "a line of the headers is no header"
    return _names([(f[1].decode().lower(), f[2].decode()) for f in fields if f], message.recipient)


def _lines(data: bytes) -> str:
    ends = data.count(b"\r\n")
    if data.count(b"\r") != ends or data.count(b"\n") != ends:
        return "a carriage return or a line feed stands alone"
    if max(map(len, data.split(b"\r\n"))) > LONGEST_LINE:
        return f"a line is longer than {LONGEST_LINE} bytes"
    return ""


def _names(fields: Sequence[Field], recipient: str) -> str:
    names = [name for name, _ in fields]
    for name in ONCE:
        if names.count(name) != 1:
            return f"{names.count(name)} headers are called {name}, one must be"
    for name in NEVER:
        if name in names:
            return f"there is a header called {name}"
    addressed = getaddresses([dict(fields)["to"]])
    if [address for _, address in addressed] != [recipient]:
        return "the To header is not the reader's address"
    return ""

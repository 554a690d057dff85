"""Amazon SES, API v2: SendBulkEmail, one content and up to fifty readers a call.

A call is one answer. When it is lost, all its readers are in doubt; so a call is a micro-batch of
the ledger, and never repeated. When it says no as a whole, nothing was sent: then it spoke of the
account or of our content, not of a reader, and the issue halts. Else each entry has a status of its
own, which `refusals` reads.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from botocore import exceptions
from botocore.config import Config

from digest.delivery.refusals import meaning
from digest.delivery.ses import SENDING, Client, Ses, answered, client, said, tag_pairs, unanswered
from digest.model import (
    Content,
    Copy,
    Doubtful,
    Halted,
    Message,
    Receipt,
    Refused,
    Sent,
    Throttled,
)

MOST = 50  # readers of a call
CALLS = 16  # on their way at once: threads hide latency
LARGEST = 1_000_000  # bytes of a call
MOST_HEADERS, LONGEST_VALUE, LONGEST_HEADER = 15, 995, 996
ALL_ALIKE = 10  # readers refused for the same reason, and nobody taken: the reason is not a reader
UNCHECKED = Config(parameter_validation=False, max_pool_connections=CALLS)
OPERATION = "sesv2.SendBulkEmail"
BODY = "WrittenBody"
STOPS = (Throttled, Halted)
QUOTED = json.encoder.encode_basestring  # a text as JSON has it

Letter = Message | Copy


class Entry(NamedTuple):
    place: int
    copy: Copy
    data: bytes


class BulkSes:
    """A `digest.ports.Post` that takes copies too: those of one content go together, finished
    messages one by one. Several threads may post at once."""

    def __init__(self, configuration_set: str = "", stream: str = "") -> None:
        """As `Ses` has them."""
        self._set, self._stream = configuration_set, stream
        self._single = Ses(configuration_set, stream)
        self._opening = lru_cache(256)(self._opening_of)

    def __call__(self, letters: Sequence[Letter], /) -> list[Receipt]:
        finished = {i: one for i, one in enumerate(letters) if isinstance(one, Message)}
        receipts: dict[int, Receipt] = {}
        if finished:  # else its client, of 10 MB, is never made
            receipts |= zip(finished, self._single([*finished.values()]), strict=True)
        merged = [(i, one) for i, one in enumerate(letters) if isinstance(one, Copy)]
        for content, group in groupby(merged, lambda one: one[1].content):
            receipts |= self._post(content, list(group))
        return [receipts[place] for place in range(len(letters))]

    @cached_property
    def _client(self) -> Client:
        # What is checked is ours to check: botocore looks at neither patterns nor lengths, and
        # would write fifty entries anew that are bytes already (decision 20).
        made = client(SENDING.merge(UNCHECKED))
        made.meta.events.register(f"before-parameter-build.{OPERATION}", _set_aside)
        made.meta.events.register(f"before-call.{OPERATION}", _put_in)
        return made

    def _post(self, content: Content, copies: Sequence[tuple[int, Copy]]) -> dict[int, Receipt]:
        receipts: dict[int, Receipt] = {}
        entries = []
        for place, copy in copies:
            if reason := objection(copy):
                receipts[place] = Refused(reason)
            else:
                entries.append(Entry(place, copy, self._entry(copy)))
        opening = self._opening(content)
        stop: Receipt | None = None
        for call in calls(entries, LARGEST - len(opening)):
            answers = [stop] * len(call) if stop else self._call(opening, call)
            receipts |= {entry.place: one for entry, one in zip(call, answers, strict=True)}
            stop = stop or next((one for one in answers if isinstance(one, STOPS)), None)
        return receipts

    def _call(self, opening: bytes, entries: Sequence[Entry]) -> list[Receipt]:
        body = opening + b",".join(entry.data for entry in entries) + b"]}"
        try:
            answer = self._client.send_bulk_email(**{BODY: body})
        except exceptions.ClientError as error:
            return [_of_all(answered(error))] * len(entries)
        except exceptions.BotoCoreError as error:
            return [_of_all(unanswered(error))] * len(entries)
        except ValueError as error:  # no such endpoint
            return [Halted(said(error))] * len(entries)
        return _read(answer.get("BulkEmailEntryResults") or (), len(entries))

    def _opening_of(self, content: Content) -> bytes:
        """All of a call that is the same whoever its readers are, up to their entries."""
        shared = {
            "FromEmailAddress": content.sender,
            **({"ConfigurationSetName": self._set} if self._set else {}),
            "DefaultContent": {
                "Template": {
                    "TemplateContent": {
                        "Subject": content.subject,
                        "Text": content.text,
                        "Html": content.html,
                    },
                    "TemplateData": "{}",
                    "Headers": _headers(content.headers),
                }
            },
        }
        return _json(shared)[:-1] + b',"BulkEmailEntries":['

    def _entry(self, copy: Copy) -> bytes:
        """An entry as JSON, put together by hand: fifty a call make up most of its cost."""
        values = QUOTED(_object(copy.values))
        return (
            f'{{"Destination":{{"ToAddresses":[{QUOTED(copy.recipient)}]}},'
            f'"ReplacementTags":{_pairs(tag_pairs(copy, self._stream))},'
            f'"ReplacementHeaders":{_pairs(copy.headers)},"ReplacementEmailContent":'
            f'{{"ReplacementTemplate":{{"ReplacementTemplateData":{values}}}}}}}'
        ).encode()


def objection(copy: Copy) -> str:
    """Why SES should not be given this copy, as one line; "" when all is well."""
    if missing := copy.content.variables - copy.values.keys():
        return f"the content asks for {', '.join(sorted(missing))}, which this reader has not"
    count = len(copy.content.headers) + len(copy.headers)
    if count > MOST_HEADERS:
        return f"there are {count} headers, and {MOST_HEADERS} are the most"
    return _against_shared(copy.content.headers) or _against(copy.headers)


def _against(headers: tuple[tuple[str, str], ...]) -> str:
    for name, value in headers:
        if not (value.isascii() and value.isprintable()):
            return f"the header {name} holds more than printable ASCII"
        if len(value) > LONGEST_VALUE or len(name) + len(value) > LONGEST_HEADER:
            return f"the header {name} is longer than {LONGEST_HEADER} characters"
    return ""


_against_shared = lru_cache(256)(_against)


def calls(entries: Sequence[Entry], room: int) -> Iterator[list[Entry]]:
    """The entries in calls, none with more than MOST or with more bytes than there is room."""
    call: list[Entry] = []
    size = 0
    for entry in entries:
        if call and (len(call) == MOST or size + len(entry.data) > room):
            yield call
            call, size = [], 0
        call.append(entry)
        size += len(entry.data) + 1
    if call:
        yield call


def _read(results: Sequence[Mapping[str, str]], count: int) -> list[Receipt]:
    """One receipt an entry; who is not told of may have been taken."""
    receipts = [_status(one) for one in results[:count]]
    first = receipts[0] if receipts else None
    if len(receipts) >= ALL_ALIKE and isinstance(first, Refused) and set(receipts) == {first}:
        receipts = [Halted(first.reason)] * len(receipts)
    return receipts + [Doubtful("SES did not say what became of it")] * (count - len(receipts))


def _status(result: Mapping[str, str]) -> Receipt:
    status, message_id = result.get("Status", ""), result.get("MessageId", "")
    if status == "SUCCESS" and message_id:
        return Sent(message_id)
    receipt = meaning(status, result.get("Error", ""))
    if message_id and not isinstance(receipt, Doubtful | Sent):
        return Doubtful(f"{receipt.reason}, and yet it has a MessageId")
    return receipt


def _of_all(receipt: Receipt) -> Receipt:
    """A refusal of a whole call would fail fifty readers for what none of them did."""
    if isinstance(receipt, Refused) and receipt.permanent:
        return Halted(receipt.reason)
    return receipt


def _headers(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in pairs]


def _object(values: Mapping[str, str]) -> str:
    told = [f"{QUOTED(name)}:{QUOTED(value)}" for name, value in values.items()]
    return f"{{{','.join(told)}}}"


def _pairs(pairs: Sequence[tuple[str, str]]) -> str:
    told = [f'{{"Name":{QUOTED(name)},"Value":{QUOTED(value)}}}' for name, value in pairs]
    return f"[{','.join(told)}]"


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _set_aside(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    """Keeps a written body from botocore, which knows no such parameter, ..."""
    context[BODY] = params.pop(BODY)


def _put_in(params: dict[str, Any], context: dict[str, Any], **_: object) -> None:
    """... and puts it in the place of what was made of none, before the request is signed."""
    params["body"] = context.pop(BODY)
    params["headers"]["Content-Type"] = "application/json"

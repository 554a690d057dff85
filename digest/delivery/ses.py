"""Amazon SES, API v2: SendEmail with raw content, one reader a call, the bytes exactly as given.

SES knows no idempotency token, and boto3 repeats a call that went wrong by itself: with its
defaults, an answer that gets lost is three mails to one reader. So the client that sends never
repeats; another, with ordinary retries, asks what may be asked twice.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, lru_cache
from typing import Any

import botocore.session
from botocore import exceptions
from botocore.config import Config

from digest.delivery.header_rules import objection
from digest.delivery.refusals import meaning
from digest.model import Copy, Doubtful, Halted, Message, Receipt, Refused, Sent, Throttled

THREADS = 25  # calls on their way at once; threads hide latency, and a batch is no larger
SENDING = Config(
    retries={"total_max_attempts": 1},
    connect_timeout=5,
    read_timeout=30,
    max_pool_connections=THREADS,
)
ASKING = Config(retries={"mode": "standard"}, connect_timeout=5, read_timeout=30)
NOT_IN_TAGS = re.compile(r"[^A-Za-z0-9_-]")
LONGEST_TAG = 256

Client = Any  # botocore makes its clients at run time


def client(config: Config) -> Client:
    """A client of the account, Region and endpoint that boto3 finds in its own settings. It is
    made by what is under boto3, whose resources nobody asks for here: 2 MB."""
    return botocore.session.get_session().create_client("sesv2", config=config)


class Ses:
    """A `digest.ports.Post`; several threads may post at once. The first receipt that concerns
    every reader stops the batch: whoever was not yet called for gets the same one."""

    def __init__(
        self, configuration_set: str = "", stream: str = "", config: Config = SENDING
    ) -> None:
        """`stream` names the newsletter to Gmail's feedback loop (Feedback-ID)."""
        self._configuration_set, self._stream = configuration_set, stream
        self._config = config

    @cached_property
    def _client(self) -> Client:
        return client(self._config)

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(THREADS, thread_name_prefix="ses")

    def __call__(self, messages: Sequence[Message], /) -> list[Receipt]:
        try:
            send = self._client.send_email
        except (exceptions.BotoCoreError, ValueError) as error:  # no Region, no such endpoint
            return [Halted(said(error)) for _ in messages]
        stop: list[Receipt] = []

        def post(message: Message) -> Receipt:
            if stop:
                return stop[0]
            receipt = self._post(send, message)
            if isinstance(receipt, Throttled | Halted):
                stop.append(receipt)
            return receipt

        return list(self._pool.map(post, messages))

    def _post(self, send: Callable[..., Mapping[str, Any]], message: Message) -> Receipt:
        if reason := objection(message):
            return Refused(reason)
        try:
            answer = send(**self._request(message))
        except exceptions.ClientError as error:
            return answered(error)
        except exceptions.BotoCoreError as error:
            return unanswered(error)
        message_id = answer.get("MessageId", "")
        return Sent(message_id) if message_id else Doubtful("SES took it without a MessageId")

    def _request(self, message: Message) -> dict[str, Any]:
        request: dict[str, Any] = {
            "Destination": {"ToAddresses": [message.recipient]},
            "Content": {"Raw": {"Data": message.data}},
            "EmailTags": tags(message, self._stream),
        }
        if self._configuration_set:
            request["ConfigurationSetName"] = self._configuration_set
        return request


def tags(message: Message, stream: str) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in tag_pairs(message, stream)]


def tag_pairs(letter: Message | Copy, stream: str) -> list[tuple[str, str]]:
    """What comes back with every event of a message. The two `ses:feedback-id` ones become part of
    its Feedback-ID header, so they name no reader."""
    numbers = (("delivery", letter.delivery), ("attempt", letter.attempt))
    return [*((name, str(one)) for name, one in numbers if one), *_shared(letter.issue, stream)]


@lru_cache(64)
def _shared(issue: str, stream: str) -> tuple[tuple[str, str], ...]:
    """The tags of all messages of an issue."""
    values = {
        "issue": issue,
        "ses:feedback-id-a": issue or "letter",
        "ses:feedback-id-b": stream,
    }
    return tuple(
        (name, NOT_IN_TAGS.sub("_", value)[:LONGEST_TAG]) for name, value in values.items() if value
    )


# What happens before a request is on its way; everything else leaves doubt.
UNSENT = (
    exceptions.EndpointConnectionError,
    exceptions.ConnectTimeoutError,
    exceptions.ProxyConnectionError,
)
UNABLE = (
    exceptions.NoCredentialsError,
    exceptions.PartialCredentialsError,
    exceptions.CredentialRetrievalError,
    exceptions.TokenRetrievalError,
    exceptions.SSOError,
    exceptions.NoRegionError,
)
BAD_CERTIFICATE = "CERTIFICATE_VERIFY_FAILED"


def answered(error: exceptions.ClientError) -> Receipt:
    """What an error answer means; 5xx says nothing about what happened to the message."""
    told = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code, words = str(told.get("Code", "")), str(told.get("Message", ""))
    if 400 <= status < 500:
        return meaning(code, words)
    return Doubtful(f"SES answered {status} ({code}: {words})")


def unanswered(error: exceptions.BotoCoreError) -> Receipt:
    """What it means that no answer came, or none that can be read."""
    reason = said(error)
    match error:
        case exceptions.ParamValidationError():
            return Refused(reason)
        case _ if isinstance(error, UNSENT):
            return Refused(reason, permanent=False)
        case _ if isinstance(error, UNABLE):
            return Halted(reason)
        case exceptions.SSLError() if BAD_CERTIFICATE in reason:
            return Halted(reason)
        case _:
            return Doubtful(f"{type(error).__name__}: {reason}")


def said(error: Exception) -> str:
    """An error's words on one line."""
    return " ".join(str(error).split())

"""Door: from AWS Lambda. serverless.yml names these functions and what calls each.

Everything that calls them does so at least once: what is due, what is sent and what was taken in
is decided by the database, so that twice is as good as once.
"""

import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from threading import Timer
from typing import TYPE_CHECKING, Any, Protocol

from digest import logs, settings, wiring
from digest.delivery import aws
from digest.delivery.queues import issue_of
from digest.embedded_metrics import embedded
from digest.jobs.pacing import known
from digest.operations import snapshot

if TYPE_CHECKING:
    from mangum import Mangum

SECRETS = "SECRETS_ARNS"  # names secrets of Secrets Manager, each a JSON object of settings
MEASURED = "watch"  # the job after which CloudWatch is told how things stand
STOPS_BEFORE = 20.0  # seconds before a function's time is up, for what is on its way to be settled

log = logging.getLogger("digest.lambdas")

Failures = dict[str, list[dict[str, str]]]


class Context(Protocol):
    """What Lambda tells of a call."""

    def get_remaining_time_in_millis(self) -> int: ...


def web(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A request, by the HTTP API."""
    return _site()(event, context)


def clock(event: Mapping[str, str], context: Context) -> str:
    """A tick of one job: `{"job": NAME}`. The database says whether it is due."""
    with _until_its_time(context) as parts, logs.about(job=event["job"]):
        outcome = wiring.tick(parts, event["job"])
        log.info("%s: %s", event["job"], outcome or "not due")
        if outcome is not None and event["job"] == MEASURED:
            sys.stdout.write(f"{_measures(parts)}\n")
    return outcome or ""


def _measures(parts: wiring.Parts) -> str:
    now = parts.clock()
    return embedded(snapshot(parts.sessions, now), known(parts.allowance), now)


def send(event: Mapping[str, Any], context: Context) -> Failures:
    """Wake-ups: each goes on with its issue until nothing waits or the function's time is up."""

    def go_on(records: Sequence[Mapping[str, str]]) -> None:
        for record in records:
            log.info("%s", wiring.send_issue(parts, issue_of(record["body"])))

    with _until_its_time(context) as parts:
        return _failed(event["Records"], go_on)


def events(event: Mapping[str, Any], context: Context) -> Failures:
    """What SES said of our mail: all of a batch at once."""

    def take(records: Sequence[Mapping[str, str]]) -> None:
        wiring.take_events(parts, [record["body"] for record in records])

    with _until_its_time(context) as parts:
        return _failed(event["Records"], take)


def migrate(_event: object, _context: object) -> str:
    """Bring the database to the schema of this version; called by hand after a deployment."""
    from db.migrating import migrate as to_newest_schema  # with alembic, which no other call needs

    to_newest_schema(_settings().database_url)
    return "at the newest schema"


# --- what the calls share ------------------------------------------------------------------


@cache
def _settings() -> settings.Settings:
    """The environment and what its secrets hold, read once for as long as this process lives; from
    then on it logs as they say."""
    chosen = settings.read({**os.environ, **_secrets(os.environ.get(SECRETS, ""))})
    logs.configure(chosen.log or "json")
    return chosen


def _secrets(arns: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for arn in filter(None, arns.split(",")):
        with aws.answering("secretsmanager"):
            told = aws.client("secretsmanager").get_secret_value(SecretId=arn)
        found |= {name: str(text) for name, text in json.loads(told["SecretString"]).items()}
    return found


@cache
def _parts() -> wiring.Parts:
    # Documents are read in line: Lambda has no shared memory for processes that read them.
    return replace(wiring.assemble(_settings()), readers=0)


@cache
def _site() -> "Mangum":
    from mangum import Mangum  # the packages of other functions are without what the site needs

    from digest.web import create_app
    from digest.wiring.site import site

    app: Any = create_app(site(_parts()))  # an ASGIApp; Mangum asks for a narrower one
    return Mangum(app, lifespan="off")


@contextmanager
def _until_its_time(context: Context) -> Iterator[wiring.Parts]:
    """The parts, told to stop a moment before Lambda ends the call."""
    parts = _parts()
    parts.stop.clear()
    left = context.get_remaining_time_in_millis() / 1000 - STOPS_BEFORE
    timer = Timer(max(0.0, left), parts.stop.set)
    timer.daemon = True
    timer.start()
    try:
        yield parts
    finally:
        timer.cancel()


def _failed(records: Sequence[Mapping[str, str]], act: Any) -> Failures:
    """Do it for all at once, and if that fails one by one; SQS hands out again what is told as
    failed, and lays aside what fails for good."""
    try:
        act(records)
    except Exception:  # whatever it was, it must not take the other records with it
        if len(records) == 1:
            log.exception("message %s failed", records[0]["messageId"])
            return {"batchItemFailures": [{"itemIdentifier": records[0]["messageId"]}]}
        each = [_failed([record], act) for record in records]
        return {"batchItemFailures": [one for told in each for one in told["batchItemFailures"]]}
    return {"batchItemFailures": []}

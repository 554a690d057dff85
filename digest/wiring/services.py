"""What the settings choose of the world outside: how mail leaves, how the web is asked, which
notices of SES are heard."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from email.utils import parseaddr

from db.engine import address, plain
from digest import __version__
from digest.delivery import aws
from digest.delivery.outbox import Outbox
from digest.delivery.queues import SqsWakeUps, Wake
from digest.delivery.smtp import Smtp, server
from digest.delivery.sns import Topic
from digest.delivery.suppression_list import SesSuppressionList
from digest.errors import InputError
from digest.jobs import pacing
from digest.jobs.batches import FAST
from digest.model import Allowance
from digest.ports import Fetch, Post, PostCopies, Request, Response
from digest.settings import (
    HIDDEN,
    MAIL_SERVER_SHAPE,
    NAMES,
    SettingError,
    Settings,
)
from digest.subscriptions import Webhook
from sources.limits import LIMITS, Limits


def _ses(settings: Settings) -> Post:
    from digest.delivery.ses import Ses  # boto3 takes a moment, and only this needs it

    return Ses(settings.ses_configuration_set, stream=settings.list_id)


BULK_ABOVE: Mapping[str, float] = {"auto": FAST, "bulk": 0}
"""The modes that have copies merged by SES, and from how many a second on."""


def bulk_of(settings: Settings) -> PostCopies | None:
    """What takes copies to be merged, if that is ever wanted."""
    if settings.transport != "ses" or settings.ses_mode not in BULK_ABOVE:
        return None
    from digest.delivery.bulk import BulkSes  # boto3 again

    return BulkSes(settings.ses_configuration_set, stream=settings.list_id)


def _smtp(settings: Settings) -> Post:
    if not settings.smtp_url:
        raise SettingError(NAMES["smtp_url"], MAIL_SERVER_SHAPE)
    try:
        chosen = server(settings.smtp_url)
    except InputError as error:
        raise SettingError(NAMES["smtp_url"], MAIL_SERVER_SHAPE, HIDDEN) from error
    return Smtp(chosen, sender=parseaddr(settings.sender)[1])


TRANSPORTS: Mapping[str, Callable[[Settings], Post]] = {
    "outbox": lambda settings: Outbox(settings.outbox),
    "ses": _ses,
    "smtp": _smtp,
}

SEVERAL = frozenset({"ses"})
"""Transports that take several micro-batches at once."""

REPEATABLE = frozenset({"outbox"})
"""Transports where a delivery posted again takes the place of its first copy: no doubt there."""


WEBHOOK = replace(LIMITS, total=10, body=16 * 1024, redirects=0)
"""Patience with one call of a webhook, and how much of its answer is read."""


def fetcher(settings: Settings, limits: Limits = LIMITS) -> Fetch:
    """Fetch with an honest name: who we are and where to complain."""
    agent = f"verdict-digest/{__version__} (+{settings.base_url})"

    def fetch(requests: Sequence[Request], /) -> Sequence[Response]:
        from sources import http  # aiohttp takes a moment, and senders ask the web nothing

        private = settings.allow_private_feeds
        return http.fetch(requests, user_agent=agent, allow_private=private, limits=limits)

    return fetch


UNBOUND = 100_000.0  # messages a second: more than leave a machine


def allowance_of(settings: Settings) -> pacing.Ask | None:
    """Asks what the provider lets us send: SES tells, of another server the settings do."""
    if settings.transport == "ses":
        from digest.delivery.ses_account import allowance  # boto3 again

        return allowance
    if settings.transport == "smtp" and (settings.max_rate or settings.domain_rates):
        return lambda: Allowance(settings.max_rate or UNBOUND)
    return None


def limits_of(settings: Settings) -> pacing.Limits:
    """What the settings want to be kept, whatever the provider allows."""
    parts = (one.lower().rpartition("=") for one in settings.domain_rates)
    rates = {domain: float(rate) for domain, _, rate in parts}
    return pacing.Limits(settings.max_rate, rates, settings.warm_up_from)


CERTIFICATE = replace(LIMITS, total=5, body=64 * 1024, redirects=0)


def webhook(settings: Settings) -> Webhook | None:
    """What listens to the topic of the settings, if there is one."""
    arn = settings.sns_topic_arn
    if not arn:
        return None

    # Whatever else is allowed: certificates are those of Amazon, on the open internet.
    fetch = fetcher(replace(settings, allow_private_feeds=frozenset()), CERTIFICATE)

    def certificate(url: str) -> bytes:
        [answer] = fetch([Request(url)])
        if answer.refusal:
            raise OSError(answer.refusal)
        return answer.body

    def confirm(token: str) -> None:
        sns = aws.client("sns", arn.split(":")[3])
        with aws.answering("sns"):
            sns.confirm_subscription(TopicArn=arn, Token=token, AuthenticateOnUnsubscribe="true")

    return Webhook(Topic(arn, certificate, least_version=settings.sns_signature_version), confirm)


def wake_of(settings: Settings) -> Wake | None:
    """What wakes senders elsewhere; None where the clock's own process sends."""
    match settings.engine:
        case "inline":
            return None
        case "procrastinate":
            return _queue_in_postgresql(settings)
    if not settings.send_queue_url:
        raise SettingError(NAMES["send_queue_url"], "the queue that the engine `sqs` needs")
    return SqsWakeUps(aws.client("sqs"), settings.send_queue_url, settings.senders)


def _queue_in_postgresql(settings: Settings) -> Wake:
    url = queue_address(settings)
    try:
        from digest.delivery.postgres_queue import PostgresWakeUps
    except ModuleNotFoundError as error:
        wanted = "procrastinate where the extra `workers` is installed"
        raise SettingError(NAMES["engine"], wanted, settings.engine) from error
    return PostgresWakeUps(url, settings.senders)


def queue_address(settings: Settings) -> str:
    """Where procrastinate keeps its queue: beside our tables, in words of libpq."""
    url = address(settings.database_url)
    if url.get_backend_name() != "postgresql":
        raise SettingError(NAMES["engine"], "procrastinate on PostgreSQL alone", settings.engine)
    return plain(url)


def suppression_list() -> SesSuppressionList:
    """The list of the account that the environment names."""
    return SesSuppressionList(aws.client("sesv2"))

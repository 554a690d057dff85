"""Choose the parts: the one module that knows the settings and every room."""

import contextlib
import json
import logging
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from functools import partial
from pathlib import Path
from threading import Event
from typing import NamedTuple

from db.engine import Sessions, address, open_engine, open_sessions
from db.schema import require_head
from digest import __version__
from digest.delivery import aws
from digest.delivery.outbox import Outbox
from digest.delivery.poller import SqsQueue, poll
from digest.delivery.smtp import Smtp, server
from digest.delivery.sns import Topic
from digest.delivery.suppression_list import SesSuppressionList
from digest.desk.issues import House
from digest.desk.trouble import Pen, tell_of_feeds, tell_of_sign_ups
from digest.embedding import MissingModelError, embedder
from digest.errors import InputError, NotAllowedError
from digest.issues.branding import branded
from digest.issues.calendar import Rule, Weekly, parse_rule
from digest.issues.rendering import TOKENS, Templates, templates
from digest.jobs.collect import collect
from digest.jobs.draft import draft
from digest.jobs.due import run_if_due
from digest.jobs.pair import pair
from digest.jobs.remember import Remembering
from digest.jobs.send import Office, due, send
from digest.jobs.tidy import tidy
from digest.language import Language, language
from digest.model import IssueState, LaunchState, Publication
from digest.ports import Clock, Embed, Fetch, Post, Request, Response
from digest.publishing import announce
from digest.readers.links import Signing
from digest.readers.retention import Retention
from digest.settings import (
    HIDDEN,
    MAIL_SERVER_SHAPE,
    NAMES,
    NO_EMBEDDER,
    SettingError,
    Settings,
    seen,
)
from digest.subscriptions import Invitations, Webhook, mirror_suppressions, take
from digest.web import Site, Trust
from sources import http

log = logging.getLogger(__name__)

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything the doors hand to the shell."""

    settings: Settings
    sessions: Sessions
    clock: Clock
    fetch: Fetch
    post: Post
    signing: Signing
    publication: Publication
    templates: Templates
    readers: int = 2  # processes that read feed documents
    embed: Embed | None = None  # None: launches are paired by words alone
    stop: Event = field(default_factory=Event)  # set: a job that could go on for long ends now

    def close(self) -> None:
        """Give the database connections back."""
        self.sessions.kw["bind"].dispose()

    @property
    def backlog(self) -> timedelta:
        return timedelta(days=self.settings.backlog_days)

    @property
    def retention(self) -> Retention:
        return Retention(
            unconfirmed=timedelta(days=self.settings.retention_unconfirmed_days),
            addresses=timedelta(days=self.settings.retention_ip_days),
        )

    @property
    def house(self) -> House:
        return House(self.publication, self.settings.approvers, self.settings.minimum_comparisons)

    @property
    def pen(self) -> Pen:
        return Pen(self.clock, self.post, self.publication, self.templates)

    @property
    def remembering(self) -> Embed | None:
        """The model, which does not work out again what it did once."""
        return Remembering(self.embed, self.sessions, self.clock) if self.embed else None

    @property
    def office(self) -> Office:
        repeatable = self.settings.transport in REPEATABLE
        return Office(self.post, self.signing, self.publication, self.clock, repeatable)


def assemble(settings: Settings) -> Parts:
    """Build the parts on a database that has our schema; raises SchemaError when it has not."""
    require_head(settings.database_url)
    weekly_rule(settings)
    return Parts(
        settings=settings,
        sessions=open_sessions(open_engine(settings.database_url)),
        clock=now,
        fetch=fetcher(settings),
        post=TRANSPORTS[settings.transport](settings),
        signing=Signing(keys(settings)),
        publication=publication(settings),
        templates=templates(template_sources(settings)),
        embed=embedder_of(settings),
    )


def embedder_of(settings: Settings) -> Embed | None:
    """The model the settings name, or the one that is installed, if there is one."""
    if settings.embedder == NO_EMBEDDER:
        return None
    if settings.embedder:
        return embedder(Path(settings.embedder))
    try:
        return embedder()
    except MissingModelError as error:
        log.info("launches are paired by words alone: %s", error)
        return None


def now() -> datetime:
    return datetime.now(UTC)


def _ses(settings: Settings) -> Post:
    from digest.delivery.ses import Ses  # boto3 takes a moment, and only this needs it

    return Ses(settings.ses_configuration_set, stream=settings.list_id)


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

REPEATABLE = frozenset({"outbox"})
"""Transports where a delivery posted again takes the place of its first copy: no doubt there."""


def fetcher(settings: Settings) -> Fetch:
    """Fetch with an honest name: who we are and where to complain."""
    agent = f"verdict-digest/{__version__} (+{settings.base_url})"

    def fetch(requests: Sequence[Request], /) -> Sequence[Response]:
        return http.fetch(requests, user_agent=agent, allow_private=settings.allow_private_feeds)

    return fetch


CERTIFICATE = replace(http.LIMITS, total=5, body=64 * 1024, redirects=0)


def webhook(settings: Settings) -> Webhook | None:
    """What listens to the topic of the settings, if there is one."""
    arn = settings.sns_topic_arn
    if not arn:
        return None

    def certificate(url: str) -> bytes:
        agent = f"verdict-digest/{__version__} (+{settings.base_url})"
        answer = http.fetch_one(Request(url), user_agent=agent, limits=CERTIFICATE)
        if answer.refusal:
            raise OSError(answer.refusal)
        return answer.body

    def confirm(token: str) -> None:
        sns = aws.client("sns", arn.split(":")[3])
        with aws.answering("sns"):
            sns.confirm_subscription(TopicArn=arn, Token=token, AuthenticateOnUnsubscribe="true")

    return Webhook(Topic(arn, certificate, least_version=settings.sns_signature_version), confirm)


def suppression_list() -> SesSuppressionList:
    """The list of the account that the environment names."""
    return SesSuppressionList(aws.client("sesv2"))


def publication(settings: Settings) -> Publication:
    return Publication(
        name=settings.publication,
        list_name=settings.list_name,
        base_url=settings.base_url,
        postal_address=settings.postal_address,
        sender=settings.sender,
        list_id=settings.list_id,
        unsubscribe_mailto=settings.unsubscribe_mailto,
        language=_language(settings),
        accent=_accent(settings),
        logo=settings.logo,
        footer=settings.footer,
        hub=settings.websub_hub,
    )


def _accent(settings: Settings) -> str:
    """The accent, if it can be read on what the tokens put it on."""
    try:
        branded(json.loads(template_sources(settings)[TOKENS]), settings.accent)
    except InputError as error:
        raise SettingError(NAMES["accent"], f"another colour: {error}", settings.accent) from error
    return settings.accent


def _language(settings: Settings) -> Language:
    try:
        return language(settings.language, template_sources(settings))
    except InputError as error:
        raise SettingError(NAMES["language"], str(error), settings.language) from error


def template_sources(settings: Settings) -> dict[str, str]:
    """Templates by their path below `templates/`; those of DIGEST_TEMPLATES take precedence."""
    folders = [TEMPLATES, *([settings.templates] if settings.templates else [])]
    return {
        file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8")
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.suffix in {".mjml", ".txt", ".html", ".json", ".css", ".js", ".po"}
    }


def keys(settings: Settings) -> tuple[str, ...]:
    """The signing keys: those of the setting, or the one that `digest init` made."""
    if settings.secret_key:
        return settings.secret_key
    file = key_file(settings)
    if not file.exists():
        accepts = f"a key of at least 32 characters; `digest init` makes one in {file}"
        raise SettingError(NAMES["secret_key"], accepts)
    return (file.read_text(encoding="ascii").strip(),)


def key_file(settings: Settings) -> Path:
    """Where the key of one machine lies: beside its SQLite database, else in `var`."""
    database = address(settings.database_url)
    beside = database.get_backend_name() == "sqlite" and database.database
    return Path(beside).with_name("secret.key") if beside else Path("var/secret.key")


def make_key(settings: Settings) -> None:
    """Make a key that only its owner reads, unless there is one. It appears whole or not at all,
    so that of two hands the second takes the first one's."""
    file = key_file(settings)
    if settings.secret_key or file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=file.parent)  # mode 600
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(secrets.token_urlsafe(48) + "\n")
    with contextlib.suppress(FileExistsError):
        os.link(draft, file)
    Path(draft).unlink()


def site(parts: Parts) -> Site:
    """What the web is handed."""
    return Site(
        sessions=parts.sessions,
        clock=parts.clock,
        signing=parts.signing,
        publication=parts.publication,
        templates=template_sources(parts.settings),
        invitations=Invitations(
            parts.clock,
            parts.signing,
            parts.post,
            parts.publication,
            parts.templates,
            parts.settings.disposable,
        ),
        metrics_token=parts.settings.metrics_token,
        settings_seen=seen(parts.settings),
        webhook=webhook(parts.settings),
        trust=Trust(parts.settings.trusted_hosts, parts.settings.trusted_proxies),
    )


# --- the jobs table ------------------------------------------------------------------------


class Job(NamedTuple):
    """A job on the clock: its rule, what it does for a period, told in a line, and whether these
    settings give it anything to do."""

    rule: Callable[[Settings], Rule]
    run: Callable[[Parts, str], str]
    wanted: Callable[[Settings], bool] = lambda _: True


def weekly_rule(settings: Settings) -> Rule:
    accepts = "a rule such as `weekly mon 06:00`"
    try:
        rule = parse_rule(settings.schedule)
    except InputError as error:
        raise SettingError(NAMES["schedule"], accepts, settings.schedule) from error
    if not isinstance(rule, Weekly):
        raise SettingError(NAMES["schedule"], accepts, settings.schedule)
    return rule


def always(rule: str) -> Callable[[Settings], Rule]:
    return lambda _: parse_rule(rule)


def _collect(parts: Parts, _: str) -> str:
    reports = collect(
        parts.sessions,
        parts.fetch,
        parts.clock,
        due=True,
        processes=parts.readers,
        backlog=parts.backlog,
    )
    tell_of_feeds(parts.sessions, parts.pen)
    failed = sum(bool(report.failure) for report in reports)
    launches = sum(len(report.launches) for report in reports)
    return f"{len(reports)} feeds, {launches} launches, {failed} failed"


def _pair(parts: Parts, _: str) -> str:
    reports = pair(
        parts.sessions,
        parts.fetch,
        parts.clock,
        embed=parts.embed,
        due=True,
        language=parts.publication.language,
    )
    paired = sum(report.state is LaunchState.PAIRED for report in reports)
    return f"{paired} of {len(reports)} launches paired"


def _draft(parts: Parts, period: str) -> str:
    composed = draft(
        parts.sessions,
        parts.clock,
        parts.templates,
        parts.publication,
        zone=parts.settings.timezone,
        minimum=parts.settings.minimum_comparisons,
        period=period,
    )
    if composed.issue.state is IssueState.SKIPPED:
        return f"{period} skipped: {composed.issue.reason}"
    return f"{period} drafted with {len(composed.comparisons)} comparisons"


def _send(parts: Parts, _: str) -> str:
    return "; ".join(_send_one(parts, name) for name in due(parts.sessions, parts.clock))


def _send_one(parts: Parts, name: str) -> str:
    try:
        sent = send(parts.sessions, parts.office, name)
    except NotAllowedError as error:  # one issue's trouble keeps no other from going out
        return str(error)
    return f"{name}: {sent.done} settled, {sent.waiting} wait"


def _events(parts: Parts, _: str) -> str:
    queue = SqsQueue(aws.client("sqs"), parts.settings.ses_events_queue_url)
    taken = poll(queue, partial(take, parts.sessions, parts.clock, parts.signing), parts.stop)
    mirrored = mirror_suppressions(
        parts.sessions,
        parts.clock,
        parts.signing,
        suppression_list(),
        partial(parts.stop.wait, A_SECOND),
    )
    return f"{taken} events taken in, {mirrored} suppressions told to SES"


def _tidy(parts: Parts, _: str) -> str:
    tidied = tidy(parts.sessions, parts.clock, parts.retention)
    return (
        f"{tidied.unconfirmed} unconfirmed sign-ups, {tidied.links} links that ran out, "
        f"{tidied.invitations} old invitations, the end of {tidied.addresses} network addresses, "
        f"{tidied.runs} old runs, {tidied.vectors} old vectors and "
        f"{tidied.networks} networks of votes forgotten"
    )


def _watch(parts: Parts, _: str) -> str:
    told = tell_of_sign_ups(parts.sessions, parts.pen)
    return "told the editors about sign-ups" if told else "nothing to tell"


def _announce(parts: Parts, _: str) -> str:
    if not parts.publication.hub:
        return "no hub to tell"
    told = announce(parts.sessions, parts.fetch, parts.clock, parts.publication)
    return f"{told.feeds} feeds told of, {told.failed} failed"


A_SECOND = 1.0  # between two calls about suppressions: SES takes no more

JOBS: Mapping[str, Job] = {
    "collect": Job(always("every 5 minutes"), _collect),
    "pair": Job(always("every 10 minutes"), _pair),
    "announce": Job(always("every 5 minutes"), _announce),
    "draft": Job(weekly_rule, _draft),
    "send": Job(always("every 1 minutes"), _send),
    "watch": Job(always("every 10 minutes"), _watch),
    "events": Job(
        always("every 1 minutes"), _events, lambda settings: bool(settings.ses_events_queue_url)
    ),
    "tidy": Job(always("daily 03:30"), _tidy),
}


def jobs(settings: Settings) -> list[str]:
    """The names of the jobs that have something to do."""
    return [name for name, job in JOBS.items() if job.wanted(settings)]


def tick(parts: Parts, name: str) -> str | None:
    """Run one job of the table if it is due."""
    job = JOBS[name]
    return run_if_due(
        parts.sessions,
        parts.clock,
        parts.settings.timezone,
        name,
        job.rule(parts.settings),
        partial(job.run, parts),
    )

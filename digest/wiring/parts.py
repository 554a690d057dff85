"""All parts together, as the doors are handed them."""

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event

from db.engine import Sessions, open_engine, open_sessions
from db.schema import require_head
from digest.delivery.insisting import Insisting
from digest.delivery.queues import Wake
from digest.desk.issues import House
from digest.desk.trouble import Pen, tell_of_pause
from digest.embedding import MissingModelError, embedder
from digest.issues.rendering import Templates, templates
from digest.jobs.batches import AT_ONCE, Office
from digest.jobs.pacing import Ask, Pace
from digest.jobs.remember import remembering
from digest.model import Publication
from digest.ports import Clock, Embed, Fetch, Post, PostCopies
from digest.readers.links import Signing
from digest.readers.retention import Retention
from digest.settings import NO_EMBEDDER, Settings
from digest.wiring.house import keys, publication, template_sources, weekly_rule
from digest.wiring.services import (
    BULK_ABOVE,
    REPEATABLE,
    SEVERAL,
    TRANSPORTS,
    allowance_of,
    bulk_of,
    fetcher,
    limits_of,
    wake_of,
)

log = logging.getLogger(__name__)


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
    bulk: PostCopies | None = None  # takes copies to be merged; None: nobody does
    embed: Embed | None = None  # None: launches are paired by words alone
    wake: Wake | None = None  # None: this very process sends
    allowance: Ask | None = None  # what the transport's provider lets us send; None: no pace
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
        return Pen(self.clock, Insisting(self.post), self.publication, self.templates)

    @property
    def remembering(self) -> Embed | None:
        return remembering(self.embed, self.sessions, self.clock)

    @property
    def office(self) -> Office:
        return Office(
            self.post,
            self.signing,
            self.publication,
            self.clock,
            repeatable=self.settings.transport in REPEATABLE,
            pace=self._pace(),
            alarm=partial(tell_of_pause, self.sessions, self.pen),
            stopped=self.stop.is_set,
            calls=AT_ONCE if self.settings.transport in SEVERAL else 1,
            bulk=self.bulk,
            bulk_above=BULK_ABOVE.get(self.settings.ses_mode, 0),
        )

    def _pace(self) -> Pace | None:
        if self.allowance is None:
            return None
        limits = limits_of(self.settings)
        return Pace(self.sessions, self.clock, self.allowance, self.stop.wait, limits)


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
        bulk=bulk_of(settings),
        signing=Signing(keys(settings)),
        publication=publication(settings),
        templates=templates(template_sources(settings)),
        embed=embedder_of(settings),
        wake=wake_of(settings),
        allowance=allowance_of(settings),
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

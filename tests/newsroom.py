"""A publication at work, for stories: a database, a clock that stands, an outbox, a web server."""

import email
import email.policy
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar, cast

from db.engine import Sessions, reading
from db.store import deliveries, editors, issues, readers
from digest import desk, subscriptions, wiring
from digest.delivery.outbox import Outbox
from digest.issues.composing import Composition
from digest.issues.editing import Conflict, Save
from digest.issues.rendering import templates
from digest.jobs.batches import CHUNK, MICRO_BATCH, Sizes
from digest.jobs.collect import Collected, collect
from digest.jobs.draft import draft
from digest.jobs.pacing import Pace
from digest.jobs.pair import Paired, pair
from digest.jobs.send import Progress, send
from digest.model import Allowance, Issue, Role, SubscriberState, Tool
from digest.ports import Post, PostCopies
from digest.readers.links import Purpose, Signing
from digest.settings import Settings
from digest.wiring.services import limits_of
from tests.fakes import StoppedClock
from tests.feed_server import Answer, FeedServer
from tests.makers import SUNDAY

WRITER, PUBLISHER = "writer@shiporskip.example", "publisher@shiporskip.example"
TEAM = (WRITER, PUBLISHER)
WEEK = "2026-W47"  # the week of SUNDAY


Service = TypeVar("Service", bound=Post)


class Newsroom:
    """The whole product on one database; each method is what a person or the clock would do."""

    def __init__(self, sessions: Sessions, folder: Path, web: FeedServer, **settings: Any) -> None:
        self.web = web
        self.clock = StoppedClock(SUNDAY)
        self.outbox = folder / "outbox"
        chosen = Settings(allow_private_feeds=frozenset([web.authority]), **settings)
        self.parts = wiring.Parts(
            settings=chosen,
            sessions=sessions,
            clock=self.clock,
            fetch=wiring.fetcher(chosen),
            post=Outbox(self.outbox),
            signing=Signing(["a key of the newsroom, long enough"]),
            publication=wiring.publication(chosen),
            templates=templates(wiring.template_sources(chosen)),
            readers=0,  # in line: tests/rooms/test_workers.py tells of the processes
        )
        self.sessions = sessions
        self.chunk, self.micro_batch, self.calls = CHUNK, MICRO_BATCH, 1

    def chooses(self, **settings: Any) -> None:
        """Change settings from here on."""
        self.parts = replace(self.parts, settings=replace(self.parts.settings, **settings))

    # --- people ---

    def hires(self) -> None:
        with self.sessions.begin() as session:
            editors.put_editor(session, WRITER, Role.WRITER, self.clock())
            editors.put_editor(session, PUBLISHER, Role.PUBLISHER, self.clock())

    def has_readers(self, *addresses: str, categories: str = "") -> None:
        rows = [f"{address},{categories},sign-up form" for address in addresses]
        body = "\n".join(["email,categories,consent_source", *rows]).encode()
        done = subscriptions.import_subscribers(
            self.sessions, self.clock, self.parts.signing, "readers.csv", BytesIO(body)
        )
        assert done.added == len(addresses)

    def dismisses(self, who: str) -> None:
        with self.sessions.begin() as session:
            editors.remove_editor(session, who)

    def holds_verdicts_on(self, *tools: Tool) -> None:
        records = [asdict(tool) | {"id": None, "aliases": list(tool.aliases)} for tool in tools]
        for record in records:
            del record["id"]
            record["reviews"] = list(record["reviews"])
        body = json.dumps({"tools": records}).encode()
        done = desk.import_verdicts(self.sessions, self.clock, "verdicts.json", body)
        assert not done.refused

    # --- the week ---

    def follows(
        self,
        path: str,
        *answers: bytes | Answer,
        kind: str = "",
        category: str = "",
        backlog: bool = True,
    ) -> str:
        """Follow a feed that answers so in turn, the first time to be let in; what it lists
        already is news unless `backlog` is False. Gives its address."""
        given = [one if isinstance(one, Answer) else Answer(one) for one in answers]
        url = self.web.script(path, *given)
        desk.follow(
            self.sessions,
            self.parts.fetch,
            self.clock,
            url,
            kind=kind,
            category=category,
            backlog=backlog,
        )
        return url

    def collects(self) -> list[Collected]:
        return collect(self.sessions, self.parts.fetch, self.clock, backlog=self.parts.backlog)

    def pairs(self, *, due: bool = False) -> list[Paired]:
        embed = self.parts.embed
        return pair(self.sessions, self.parts.fetch, self.clock, embed=embed, due=due)

    def drafts(self) -> Composition:
        chosen = self.parts.settings
        return draft(
            self.sessions,
            self.clock,
            self.parts.templates,
            self.parts.publication,
            zone=chosen.timezone,
            minimum=chosen.minimum_comparisons,
        )

    def submits(self, name: str = WEEK, who: str = WRITER) -> Issue:
        return desk.submit(self.sessions, self.parts.pen, self.parts.house, name, who)

    def approves(self, name: str = WEEK, who: str = PUBLISHER, fingerprint: str = "") -> Issue:
        return desk.approve(self.sessions, self.clock, self.parts.house, name, who, fingerprint)

    def sends_back(self, reason: str, name: str = WEEK, who: str = PUBLISHER) -> Issue:
        return desk.send_back(self.sessions, self.parts.pen, name, who, reason)

    def edits(
        self, who: str = WRITER, version: int | None = None, **words: str
    ) -> Issue | Conflict:
        """Save words upon the version the editor saw, the newest if none is named."""
        seen = self.issue().version if version is None else version
        save = Save(version=seen, now=words)
        return desk.save_words(self.sessions, self.parts.pen, WEEK, who, save)

    def sends(self, name: str = WEEK) -> Progress:
        office = self.parts.office._replace(
            chunk=self.chunk,
            micro_batch=self.micro_batch,
            bulk_sizes=Sizes(self.chunk, self.micro_batch, self.calls),
            repeatable=isinstance(self.parts.post, Outbox),
        )
        if self.parts.allowance:
            office = office._replace(pace=self.pace())
        return send(self.sessions, office, name)

    def pace(self) -> Pace:
        """That of one more sender."""
        assert self.parts.allowance
        limits = limits_of(self.parts.settings)
        return Pace(self.sessions, self.clock, self.parts.allowance, self._waits, limits)

    def _waits(self, seconds: float) -> bool:
        self.clock.move(seconds=seconds)
        return self.parts.stop.is_set()

    def posts_through(self, service: Service) -> Service:
        """Mail leaves by this service; in the mode `bulk` it merges copies too."""
        merges = self.parts.settings.ses_mode == "bulk"
        bulk = cast(PostCopies, service) if merges else None
        self.parts = replace(self.parts, post=service, bulk=bulk)
        return service

    def takes_batches_of(self, size: int) -> None:
        """Lease and send so many at once, so that a test sees what happens in between."""
        self.chunk = self.micro_batch = size

    def takes_micro_batches_of(self, size: int, calls: int = 1) -> None:
        """So many calls at once where copies are merged."""
        self.micro_batch, self.calls = size, calls

    def sends_it_now(self, name: str = WEEK) -> None:
        """An approved issue goes at once, by the clock on the wall: for processes that have no
        other, and to whom the newsroom's Sunday is long ago."""
        desk.send_now(self.sessions, lambda: datetime.now(UTC), name, PUBLISHER)

    def cancels(self, name: str = WEEK) -> None:
        desk.cancel(self.sessions, self.clock, name)

    def pauses(self, name: str = WEEK) -> None:
        desk.pause(self.sessions, self.clock, name, PUBLISHER)

    def resumes(self, name: str = WEEK) -> None:
        desk.resume(self.sessions, self.clock, name, PUBLISHER)

    def resolves(self, name: str = WEEK, *, resend: bool) -> int:
        return desk.resolve(self.sessions, self.clock, name, PUBLISHER, resend=resend)

    def may_send(self, per_second: float, left: float | None = None, sent: float = 0) -> None:
        """What the provider allows from here on. Waiting moves the clock."""
        self.parts = replace(self.parts, allowance=lambda: Allowance(per_second, left, sent))

    def hears(self, *bodies: str) -> None:
        """What SES says of our mail."""
        subscriptions.take(self.sessions, self.clock, self.parts.signing, bodies)

    def loses(self, email: str) -> None:
        """A reader follows the link to leave."""
        with reading(self.sessions) as session:
            reader = readers.subscriber_by_key(session, email)
        assert reader
        token = self.parts.signing.token(reader.id, Purpose.LEAVE)
        assert subscriptions.leave(self.sessions, self.clock, self.parts.signing, token)

    # --- looking ---

    def reasons(self, name: str = WEEK) -> set[str]:
        """Why deliveries were not simply sent."""
        with reading(self.sessions) as session:
            return {reason for _, reason in deliveries.reasons(session, name)}

    def in_state(self, state: SubscriberState) -> int:
        """How many readers are."""
        with reading(self.sessions) as session:
            return readers.count_by_state(session).get(state, 0)

    def issue(self, name: str = WEEK) -> Issue:
        with reading(self.sessions) as session:
            return issues.issue(session, name)

    def inbox(self) -> list[EmailMessage]:
        """The messages to readers in the outbox, by reader."""
        return [message for message in self._messages() if message["To"] not in TEAM]

    def desk_mail(self) -> list[EmailMessage]:
        """The messages to editors in the outbox, by editor."""
        return [message for message in self._messages() if message["To"] in TEAM]

    def _messages(self) -> list[EmailMessage]:
        files = sorted((self.outbox / "new").glob("*")) if self.outbox.exists() else []
        return sorted((_message(file) for file in files), key=lambda message: message["To"])


def _message(file: Path) -> EmailMessage:
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def part(message: EmailMessage, kind: str) -> str:
    """The text of a message's part: "plain" or "html"."""
    body = message.get_body((kind,))
    assert body
    content = body.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")  # lines end in CRLF on the wire


def a_product_hunt_feed(*launches: tuple[str, str]) -> bytes:
    """Product Hunt's Atom: the name is the title, the tagline the first paragraph."""
    entries = "".join(_product_hunt_entry(number, *one) for number, one in enumerate(launches, 1))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>tag:www.producthunt.com,2005:/feed</id>
<title>Product Hunt</title><updated>2026-11-21T09:00:00-08:00</updated>{entries}</feed>""".encode()


def _product_hunt_entry(number: int, name: str, tagline: str) -> str:
    slug = name.lower().replace(" ", "-")
    return f"""<entry><id>tag:www.producthunt.com,2005:Post/99{number:04}</id>
<published>2026-10-30T02:00:00-07:00</published><updated>2026-11-21T08:59:00-08:00</updated>
<link rel="alternate" type="text/html" href="https://{slug}.example/?ref=producthunt"/>
<title>{name}</title>
<content type="html">&lt;p&gt;{tagline}&lt;/p&gt;&lt;p&gt;Discussion | Link&lt;/p&gt;</content>
</entry>"""


def titles(reports: Sequence[Paired]) -> list[str]:
    return [
        f"{one.pair.challenger.name} vs {one.pair.incumbent.name}" for one in reports if one.pair
    ]

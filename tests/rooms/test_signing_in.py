"""The door of the desk when several hands reach for it at once, where writers do not queue up."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from db.engine import Sessions, reading
from db.store import audit, editors
from db.store import sessions as store
from digest.desk import record, signing_in, team
from digest.desk.signing_in import LINK_WORKS_FOR
from digest.desk.trouble import Pen
from digest.errors import NotAllowedError
from digest.issues.rendering import templates
from digest.jobs.tidy import tidy
from digest.model import Origin, Role
from digest.readers.links import token_hash
from tests.fakes import MailService, StoppedClock
from tests.makers import SUNDAY, a_publication, the_mail_templates

HANDS = 6
PAT, SAM = "pat@desk.example", "sam@desk.example"
CLOCK = StoppedClock(SUNDAY)


def hired(sessions: Sessions, *emails: str) -> None:
    for email in emails:
        team.put(sessions, CLOCK, team.COMMAND_LINE, email, Role.ADMIN)


def at_once(*deeds: object) -> list[object]:
    """What each of the deeds came to, all begun together."""
    start = Barrier(len(deeds))

    def done(deed: object) -> object:
        start.wait()
        assert callable(deed)
        try:
            return deed()
        except NotAllowedError:
            return NotAllowedError

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(done, deeds))


def test_of_many_hands_on_one_link_one_comes_in(postgres_sessions: Sessions) -> None:
    hired(postgres_sessions, PAT)
    with postgres_sessions.begin() as session:
        number = editors.editor(session, PAT).id
        store.keep_link(session, number, token_hash("t"), SUNDAY, SUNDAY + LINK_WORKS_FOR)
    secrets = at_once(*[lambda: signing_in.enter(postgres_sessions, CLOCK, "t", Origin())] * HANDS)
    assert len([secret for secret in secrets if secret]) == 1


def test_asking_many_times_at_once_is_no_way_round_the_limit(postgres_sessions: Sessions) -> None:
    hired(postgres_sessions, PAT)
    mail = MailService()
    pen = Pen(CLOCK, mail, a_publication(), templates(the_mail_templates()))
    at_once(*[lambda: signing_in.ask(postgres_sessions, pen, PAT, Origin())] * HANDS)
    assert len(mail) == signing_in.MAILS_TO_ONE


def test_two_admins_who_remove_each_other_leave_one(postgres_sessions: Sessions) -> None:
    hired(postgres_sessions, PAT, SAM)
    ends = at_once(
        lambda: team.remove(postgres_sessions, CLOCK, PAT, SAM),
        lambda: team.remove(postgres_sessions, CLOCK, SAM, PAT),
    )
    assert NotAllowedError in ends
    assert len(team.team(postgres_sessions)) == 1
    assert record.verify(postgres_sessions).broken is None


def test_removing_an_editor_while_they_come_and_go_waits_for_nobody_in_a_circle(
    postgres_sessions: Sessions,
) -> None:
    hired(postgres_sessions, PAT)
    mail = MailService()
    pen = Pen(CLOCK, mail, a_publication(), templates(the_mail_templates()))
    for _ in range(5):
        hired(postgres_sessions, SAM)
        with postgres_sessions.begin() as session:
            sam = editors.editor(session, SAM)
            secret = signing_in.begin(session, sam, "the test", SUNDAY, Origin())
        visitor = signing_in.visitor(postgres_sessions, CLOCK, secret)
        assert visitor
        at_once(
            lambda: signing_in.ask(postgres_sessions, pen, SAM, Origin()),
            lambda who=visitor: signing_in.revoke(postgres_sessions, CLOCK, who, Origin()),
            lambda: team.remove(postgres_sessions, CLOCK, PAT, SAM),
        )
        assert signing_in.visitor(postgres_sessions, CLOCK, secret) is None
    assert record.verify(postgres_sessions).broken is None


@pytest.mark.parametrize(("days", "kept"), [(30, 1), (31, 0)])
def test_old_sessions_are_forgotten(sessions: Sessions, days: int, kept: int) -> None:
    hired(sessions, PAT)
    with sessions.begin() as session:
        pat = editors.editor(session, PAT)
        secret = signing_in.begin(session, pat, "the test", SUNDAY, Origin())
    tidy(sessions, StoppedClock(SUNDAY + timedelta(days=days)))
    with reading(sessions) as session:
        assert (store.known(session, token_hash(secret)) is not None) == bool(kept)
        assert len(audit.search(session, audit.Search(act="sign in"), 9)) == 1  # the record stays

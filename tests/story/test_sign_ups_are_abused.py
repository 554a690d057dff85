"""Somebody types in the addresses of others, by hand or by the thousand."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Barrier

import pytest
from sqlalchemy import func, select

from db.engine import Sessions, reading
from db.store import editors, readers
from db.tables import ConsentRow, InvitationRow, MailedLinkRow, SubscriberRow
from digest import desk, subscriptions, wiring
from digest.desk.trouble import Pen
from digest.issues.rendering import templates
from digest.model import Origin, Role
from digest.readers import limits
from digest.readers.limits import Reach
from digest.readers.links import Signing
from digest.settings import Settings
from digest.subscriptions import DisposableError, Invitations
from tests.fakes import MailService, StoppedClock
from tests.makers import SUNDAY, a_publication

VICTIM = "victim@inbox.example"
TEMPLATES = templates(wiring.template_sources(Settings()))
TABLES = (SubscriberRow, ConsentRow, InvitationRow, MailedLinkRow)


class Form:
    """The form of a site, and the mails that it makes the site send."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions, self.clock, self.mail = sessions, StoppedClock(SUNDAY), MailService()
        self.signing = Signing(["a key of the form, long enough to sign"])
        self.publication, self.disposable = a_publication(), "flag"
        self._next = count(1)

    @property
    def invitations(self) -> Invitations:
        parts = self.clock, self.signing, self.mail, self.publication, TEMPLATES
        return Invitations(*parts, self.disposable)

    def gets(
        self, email: str = "", ip: str = "", *, by_hand: bool = True, proven: bool = False
    ) -> int:
        """A sign-up, of an address and from a network nobody had before unless it says otherwise.
        How many mails it made us send."""
        number, before = next(self._next), len(self.mail)
        wish = subscriptions.wish(
            self.invitations,
            email or f"reader@domain-{number}.example",
            origin=Origin(ip=ip or f"2001:db8:{number:x}::1"),
        )
        wish = wish._replace(by_hand=by_hand, proven=proven)
        subscriptions.answer(self.sessions, self.invitations, wish)
        return len(self.mail) - before

    def confirms_last(self) -> None:
        text = self.mail[-1].data.decode("ascii").replace("=\r\n", "").replace("=3D", "=")
        token = text.split("/confirm/")[1].split()[0]
        subscriptions.confirm(self.sessions, self.invitations, token, Origin())

    def rows(self) -> list[int]:
        with reading(self.sessions) as session:
            return [session.scalar(select(func.count()).select_from(one)) or 0 for one in TABLES]


@pytest.fixture
def form(sessions: Sessions) -> Form:
    return Form(sessions)


# --- one victim ----------------------------------------------------------------------------


def test_2500_sign_ups_a_minute_from_500_addresses_are_one_mail_to_their_victim(
    form: Form,
) -> None:
    seen = set()
    for attempt in range(2500):
        if attempt % 500 == 1:
            seen.add(tuple(form.rows()))
        form.gets(VICTIM, ip=f"198.51.{attempt % 500 % 256}.{attempt % 500 // 256}")
        form.clock.move(seconds=60 / 2500)
    assert [mail.recipient for mail in form.mail] == [VICTIM]
    assert {*seen, tuple(form.rows())} == {(1, 1, 1, 1)}


def test_a_victim_hears_three_times_and_then_nothing_for_a_week(form: Form) -> None:
    for _ in range(8 * 24):
        form.gets(VICTIM)
        form.clock.move(hours=1)
    assert len(form.mail) == 3 + 3  # a week later, three again


def test_another_spelling_reaches_the_same_inbox_no_more_often(form: Form) -> None:
    spellings = ("ada.byron@gmail.com", "adabyron+1@gmail.com", "A.DaByron@googlemail.com")
    assert [form.gets(spelling) for spelling in spellings] == [1, 0, 0]


def test_two_sign_ups_at_once_for_one_address_are_one_mail(postgres_sessions: Sessions) -> None:
    form, barrier = Form(postgres_sessions), Barrier(8)

    def press(_: int) -> None:
        barrier.wait()
        form.gets(VICTIM)

    with ThreadPoolExecutor(8) as hands:
        list(hands.map(press, range(8)))
    assert len(form.mail) == 1
    assert form.rows() == [1, 1, 1, 1]


def test_sign_ups_at_once_do_not_outrun_the_limit_of_their_network(
    postgres_sessions: Sessions,
) -> None:
    form, barrier = Form(postgres_sessions), Barrier(8)

    def press(_: int) -> None:
        barrier.wait()
        form.gets(ip="203.0.113.9", by_hand=False)

    with ThreadPoolExecutor(8) as hands:
        list(hands.map(press, range(8)))
    assert len(form.mail) == limits.STRICT[Reach.NETWORK][0]


# --- many victims --------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("by_hand", "table"), [(True, limits.USUAL), (False, limits.STRICT)])
def test_a_network_causes_so_many_mails_an_hour_and_a_day(
    form: Form, by_hand: bool, table: limits.Limits
) -> None:
    an_hour, a_day = table[Reach.NETWORK]
    sent = []
    for _ in range(5):
        sent.append(sum(form.gets(ip="203.0.113.9", by_hand=by_hand) for _ in range(an_hour + 5)))
        form.clock.move(hours=1)
    assert sent[0] == an_hour
    assert sum(sent) == min(a_day, 5 * an_hour)
    assert form.gets(ip="203.0.114.9", by_hand=by_hand) == 1  # the neighbours are not to blame


def test_a_small_domain_is_not_flooded_by_its_addresses(form: Form) -> None:
    most = limits.USUAL[Reach.DOMAIN][0]
    sent = [form.gets(f"person-{number}@small.example") for number in range(most + 10)]
    assert sent == [1] * most + [0] * 10


def test_behind_a_proxy_nobody_named_networks_are_not_told_apart(form: Form) -> None:
    most = limits.USUAL[Reach.NETWORK][0]
    assert all(form.gets(ip="10.0.0.7") for _ in range(most + 1))


# --- addresses to be thrown away -----------------------------------------------------------

THROWN_AWAY = "nobody@mailinator.com"


@pytest.mark.parametrize(
    ("disposable", "table", "noted"),
    [("allow", limits.USUAL, {}), ("flag", limits.STRICT, {"disposable": True})],
)
def test_a_disposable_address_is_taken_or_flagged_as_the_publication_says(
    form: Form, disposable: str, table: limits.Limits, noted: dict[str, bool]
) -> None:
    form.disposable = disposable
    most = table[Reach.NETWORK][0]
    for number in range(most):
        assert form.gets(f"{number}@mailinator.com", ip="203.0.113.9") == 1
    assert form.gets(THROWN_AWAY, ip="203.0.113.9") == 0
    with reading(form.sessions) as session:
        reader = readers.subscriber_by_key(session, "0@mailinator.com")
        assert reader
        (line,) = readers.consents(session, reader.id)
    assert line.detail == {"categories": [], **noted}


def test_a_disposable_address_is_refused_where_the_publication_says_so(form: Form) -> None:
    form.disposable = "refuse"
    with pytest.raises(DisposableError):
        form.gets(THROWN_AWAY)
    assert form.rows() == [0, 0, 0, 0]


# --- the breaker ---------------------------------------------------------------------------


def abused(form: Form) -> None:
    """So many mails that asked, of which nobody confirmed any, an hour ago."""
    for _ in range(limits.FEWEST):
        form.gets()
    form.clock.move(hours=1)


def test_when_nobody_confirms_a_sign_up_needs_a_proof_or_meets_strict_limits(form: Form) -> None:
    assert not subscriptions.needs_proof(form.sessions, form.clock)
    abused(form)
    assert subscriptions.needs_proof(form.sessions, form.clock)
    strict, usual = (table[Reach.NETWORK][0] for table in (limits.STRICT, limits.USUAL))
    sent = [form.gets(ip="203.0.113.9") for _ in range(strict + 3)]
    assert sum(sent) == strict  # without JavaScript people still come in
    assert sum(form.gets(ip="203.0.113.9", proven=True) for _ in range(usual)) == usual - strict


def test_who_has_had_no_time_to_answer_is_not_counted(form: Form) -> None:
    abused(form)
    form.clock.move(seconds=-1)
    assert not subscriptions.needs_proof(form.sessions, form.clock)


def test_the_breaker_closes_when_people_confirm_again(form: Form) -> None:
    abused(form)
    for _ in range(limits.FEWEST // 3):
        form.gets(proven=True)
        form.confirms_last()
    form.clock.move(hours=1)
    assert not subscriptions.needs_proof(form.sessions, form.clock)


def test_the_editors_who_publish_hear_of_it_once_a_day(form: Form) -> None:
    pen = Pen(form.clock, form.mail, form.publication, TEMPLATES)
    with form.sessions.begin() as session:
        editors.put_editor(session, "writer@shiporskip.example", Role.WRITER, SUNDAY)
        editors.put_editor(session, "publisher@shiporskip.example", Role.PUBLISHER, SUNDAY)
    assert not desk.tell_of_sign_ups(form.sessions, pen)
    abused(form)
    told = []
    for _ in range(24):
        told.append(desk.tell_of_sign_ups(form.sessions, pen))
        form.clock.move(hours=1)
    assert sum(told) == 2  # today and tomorrow
    letters = [mail for mail in form.mail if mail.recipient.endswith("@shiporskip.example")]
    assert {mail.recipient for mail in letters} == {"publisher@shiporskip.example"}
    assert b"Few sign-ups are confirmed" in letters[0].data


def test_a_reader_who_confirms_late_counts_as_one_who_does(form: Form) -> None:
    for _ in range(limits.FEWEST):
        form.gets()
        form.confirms_last()
    form.clock.move(hours=1)
    assert not subscriptions.needs_proof(form.sessions, form.clock)
    assert form.clock() - SUNDAY == timedelta(hours=1)

"""What became of an issue, as the desk shows it."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from db.engine import Sessions
from db.store import readers
from db.tables import DeliveryRow
from digest.desk import outcomes
from digest.model import DeliveryState, IssueState, Role
from digest.web.desk.charts import HEIGHT, WIDTH, bars
from tests.doors.desk import WRITER, Browser, hires
from tests.doors.site import LiveSite, serve
from tests.fakes import StoppedClock
from tests.makers import SUNDAY, a_consent, an_issue

AT = "/editor/issues/2026-W47/outcome"


def has_sent(site: LiveSite) -> None:
    """An issue to three readers: one has it, one bounced, of one nobody knows; the first left."""
    site.puts(an_issue(id="2026-W47", state=IssueState.SENT, send_at=SUNDAY, sent_at=SUNDAY))
    ends = ((DeliveryState.SENT, ""), (DeliveryState.FAILED, "no such user"))
    numbers = [site.has_reader(f"{name}@inbox.example") for name in ("ada", "bo", "cy")]
    with site.sessions.begin() as session:
        given = zip(numbers, (*ends, (DeliveryState.UNKNOWN, "")), strict=True)
        for number, (state, reason) in given:
            row = {"issue_id": "2026-W47", "subscriber_id": number, "updated_at": SUNDAY}
            session.add(DeliveryRow(**row, state=state, reason=reason))
        later = SUNDAY + timedelta(days=1)
        readers.keep_consent(session, numbers[0], a_consent("leave", at=later))


def test_an_outcome_is_told_in_tables_and_drawn(sessions: Sessions) -> None:
    with serve(sessions) as site:
        hires(site, WRITER, Role.WRITER)
        has_sent(site)
        site.clock.move(days=3)
        page = Browser(site).signs_in(WRITER).get(AT).page
    assert {"sent": "1", "failed": "1", "unknown": "1"}.items() <= {
        row[0]: row[1] for row in page.rows if row[2].endswith("33.3 %")
    }.items()
    assert ["no such user", "failed", "1"] in page.rows
    assert (
        dict(zip(page.texts("//dt"), page.texts("//dd"), strict=True))["left within a week"] == "1"
    )
    assert "/editor/issues/2026-W47#sending" in page.links
    assert [row[2] for row in page.rows if len(row) == 3][-1] == "1"
    assert not page.values("//*[@style]")


def test_an_outcome_costs_a_handful_of_statements(sessions: Sessions) -> None:
    asked: list[str] = []
    with serve(sessions) as site:
        hires(site, WRITER, Role.WRITER)
        has_sent(site)
        browser = Browser(site).signs_in(WRITER)
        event.listen(
            sessions.kw["bind"], "before_cursor_execute", lambda *told: asked.append(told[2])
        )
        browser.get(AT)
    assert 0 < len(asked) <= 15, asked


def test_growth_is_counted_by_week(sessions: Sessions) -> None:
    with serve(sessions) as site:
        number = site.has_reader("ada@inbox.example")
        with sessions.begin() as session:
            for act, days in (("confirm", 8), ("leave", 2), ("leave", 1), ("confirm", 400)):
                said = a_consent(act, at=SUNDAY - timedelta(days=days))
                readers.keep_consent(session, number, said)
        weeks = outcomes.growth(sessions, StoppedClock(SUNDAY))
    assert [(week.came, week.went) for week in weeks[-2:]] == [(1, 0), (0, 1)]
    assert sum(week.came for week in weeks) == 1


@given(st.lists(st.integers(0, 10**9), max_size=60))
def test_no_bar_leaves_its_picture(values: list[int]) -> None:
    for bar in bars(values, max(values, default=0), 0.1, 0.4):
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH + 0.1
        assert 0 <= bar.y <= HEIGHT
        assert abs(bar.y + bar.height - HEIGHT) < 0.02

"""Two editors and an issue, at the desk: what each does, what is refused, and what readers get."""

import re
from collections.abc import Iterator
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from db.engine import open_engine, open_sessions, reading
from db.store import audit, editors, issues
from digest.jobs.batches import Office
from digest.jobs.draft import draft
from digest.jobs.send import send
from digest.model import Issue, IssueState, Role
from tests.doors.desk import PUBLISHER, WRITER, Browser, hires
from tests.doors.site import Answer, LiveSite, serve
from tests.makers import a_tool

WEEK = "2026-W47"
AT = f"/editor/issues/{WEEK}"
PAIRS = (("Plainwright", "Notekeel"), ("Ringlow", "Callhorn"), ("Pixelbarn", "Shotfold"))


@pytest.fixture
def site(sqlite_url: str) -> Iterator[LiveSite]:
    """A draft of three comparisons, for two readers, with a writer and a publisher."""
    engine = open_engine(sqlite_url)
    with serve(open_sessions(engine)) as site:
        hires(site, WRITER, Role.WRITER)
        hires(site, PUBLISHER, Role.PUBLISHER)
        has_a_draft(site)
        yield site
    engine.dispose()


def has_a_draft(site: LiveSite) -> None:
    """Of three comparisons, for two readers."""
    for a, b in PAIRS:
        site.publishes(a_tool(a), a_tool(b))
    for reader in ("ada@inbox.example", "bo@inbox.example"):
        site.has_reader(reader)
    draft(
        site.sessions,
        site.clock,
        site.parts.invitations.templates,
        site.publication,
        zone=ZoneInfo("UTC"),
        minimum=1,
    )


@pytest.fixture
def writer(site: LiveSite) -> Browser:
    return Browser(site).signs_in(WRITER)


@pytest.fixture
def publisher(site: LiveSite) -> Browser:
    return Browser(site).signs_in(PUBLISHER)


def issue_of(site: LiveSite) -> Issue:
    with reading(site.sessions) as session:
        return issues.issue(session, WEEK)


def order(site: LiveSite) -> tuple[str, ...]:
    return tuple(item.comparison for item in issue_of(site).items)


def on(site: LiveSite, slug: str = "", **fields: str) -> dict[str, str]:
    return {"version": str(issue_of(site).version), "slug": slug, **fields}


def says(answer: Answer) -> str:
    return unescape(re.sub(r"\s+", " ", answer.page.text("//*[@role='alert']")))


def saves(browser: Browser, version: int, was: str, now: str) -> Answer:
    fields = {"version": str(version), "field": "subject", "was": was, "now": now}
    return browser.submits(f"{AT}/words", **fields)


# --- editing -------------------------------------------------------------------------------


def test_comparisons_are_moved_dropped_with_a_reason_and_brought_back(writer: Browser) -> None:
    site = writer.site
    first, second, third = order(site)
    answer = writer.submits(f"{AT}/move", **on(site, third, to="lead"))
    assert (answer.status, answer.headers["Location"]) == (303, f"{AT}?done=moved#c-{third}")
    assert order(site) == (third, first, second)
    assert "Moved." in writer.get(f"{AT}?done=moved").page.text("//*[@role='status']")
    assert "it needs a reason" in says(writer.submits(f"{AT}/drop", **on(site, first)))
    writer.submits(f"{AT}/drop", **on(site, first, reason="We had it last week"))
    assert order(site) == (third, second)
    assert "We had it last week" in writer.get(AT).page.text("//main")
    writer.submits(f"{AT}/restore", **on(site, first))
    assert order(site) == (third, second, first)


def test_the_second_of_two_saves_sees_both_versions_and_loses_nothing(
    writer: Browser, publisher: Browser
) -> None:
    site = writer.site
    seen = issue_of(site)
    assert saves(publisher, seen.version, seen.subject, "The publisher's").status == 303
    answer = saves(writer, seen.version, seen.subject, "The writer's")
    assert answer.status == 409
    assert "Theirs, saved" in says(answer)
    assert "The publisher's" in says(answer)
    assert "The writer's" in says(answer)
    assert issue_of(site).subject == "The publisher's"


def test_a_tool_that_there_is_not_is_named(writer: Browser) -> None:
    answer = writer.submits(f"{AT}/add", **on(writer.site, a="Plainwright", b="Nothere"))
    assert answer.status == 422
    assert "there is no tool 'Nothere'" in says(answer)


def test_another_opponent_is_chosen_from_the_ranked_ones(writer: Browser) -> None:
    first = order(writer.site)[0]
    page = writer.get(f"{AT}/opponents?slug={first}").page
    offered = page.values("//button[@name='tool']/@value")
    assert offered
    writer.submits(f"{AT}/opponents", **on(writer.site, first, tool=offered[0]))
    assert first not in order(writer.site)
    assert offered[0] in order(writer.site)[0]


# --- the preview ---------------------------------------------------------------------------


def test_the_preview_is_the_mail_in_a_frame_where_no_script_runs(writer: Browser) -> None:
    framed = writer.get(f"{AT}/preview?scheme=dark")
    assert framed.status == 200
    policy = framed.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert policy.endswith("frame-ancestors 'self'; sandbox")
    assert framed.headers.get_all("X-Frame-Options") is None
    assert "frame-src 'self'" in writer.get(AT).headers["Content-Security-Policy"]
    assert writer.get(AT).headers["X-Frame-Options"] == "DENY"
    text = writer.get(f"{AT}/preview?part=text")
    assert text.headers["Content-Type"].startswith("text/plain")
    assert Browser(writer.site).get(f"{AT}/preview").status == 303


# --- approving -----------------------------------------------------------------------------


def approves(publisher: Browser) -> Answer:
    page = publisher.get(AT).page
    (fingerprint,) = page.values("//input[@name='fingerprint']/@value")
    return publisher.submits(f"{AT}/approve", fingerprint=fingerprint)


def test_what_was_approved_is_what_goes_out(writer: Browser, publisher: Browser) -> None:
    site = writer.site
    writer.submits(f"{AT}/submit")
    assert approves(publisher).status == 303
    approved = issue_of(site)
    assert approved.state is IssueState.APPROVED
    site.clock.move(minutes=11)
    parts = site.parts
    send(site.sessions, Office(site.mail, site.signing, parts.publication, site.clock), WEEK)
    mailed = [message for message in site.mail if message.delivery]
    assert len(mailed) == 2
    assert approved.approved_fingerprint == issue_of(site).approved_fingerprint


def test_who_approves_sees_how_many_get_what(writer: Browser, publisher: Browser) -> None:
    site = writer.site
    site.has_reader("some@inbox.example", categories=("Research",))
    site.has_reader("other@inbox.example", categories=("Gardening",))
    assert "Who gets it" not in publisher.get(AT).page.text("//main")
    writer.submits(f"{AT}/submit")
    page = publisher.get(AT).page
    told = dict(zip(page.texts("//dt"), page.texts("//dd"), strict=True))
    assert told["All of it"] == "2"
    assert told["Nothing: nothing in the categories the reader chose"] == "2"
    assert page.texts("//form[contains(@action, '/approve')]//button") == ["Approve for 2 readers"]


def test_an_edit_after_the_approval_voids_it_and_is_shown(
    writer: Browser, publisher: Browser
) -> None:
    site = writer.site
    writer.submits(f"{AT}/submit")
    approves(publisher)
    seen = issue_of(site)
    saves(writer, seen.version, seen.subject, "Another subject altogether")
    assert issue_of(site).state is IssueState.DRAFT
    writer.submits(f"{AT}/submit")
    shown = publisher.get(AT).page.text("//main")
    assert "Changed since then" in shown
    assert "Another subject altogether" in shown


def test_bytes_that_changed_since_they_were_looked_at_are_not_approved(
    writer: Browser, publisher: Browser
) -> None:
    writer.submits(f"{AT}/submit")
    answer = publisher.submits(f"{AT}/approve", fingerprint="0" * 64)
    assert answer.status == 409
    assert "has changed since you looked" in says(answer)


@pytest.mark.parametrize("role", [Role.WRITER, None])
def test_who_lost_the_right_meanwhile_does_not_approve(
    writer: Browser, publisher: Browser, role: Role | None
) -> None:
    site = writer.site
    writer.submits(f"{AT}/submit")
    page = publisher.get(AT).page
    (fingerprint,) = page.values("//input[@name='fingerprint']/@value")
    csrf = publisher.csrf
    with site.sessions.begin() as session:
        if role:
            editors.put_editor(session, PUBLISHER, role, site.clock())
        else:
            editors.remove_editor(session, PUBLISHER)
    answer = publisher.post(f"{AT}/approve", csrf=csrf, fingerprint=fingerprint)
    assert answer.status == (403 if role else 401)
    assert issue_of(site).state is IssueState.REVIEW


def test_no_link_and_no_other_site_approves(writer: Browser, publisher: Browser) -> None:
    writer.submits(f"{AT}/submit")
    page = publisher.get(AT).page
    (fingerprint,) = page.values("//input[@name='fingerprint']/@value")
    assert publisher.get(f"{AT}/approve?fingerprint={fingerprint}").status == 405
    crossed = {"Sec-Fetch-Site": "cross-site"}
    fields = {"csrf": publisher.csrf, "fingerprint": fingerprint}
    assert publisher.post(f"{AT}/approve", crossed, **fields).status == 403
    assert issue_of(writer.site).state is IssueState.REVIEW


def test_approving_twice_is_approving_once(writer: Browser, publisher: Browser) -> None:
    writer.submits(f"{AT}/submit")
    page = publisher.get(AT).page
    (fingerprint,) = page.values("//input[@name='fingerprint']/@value")
    for _ in range(2):
        assert publisher.submits(f"{AT}/approve", fingerprint=fingerprint).status == 303
    assert publisher.submits(f"{AT}/send").status == 303


def test_with_two_approvers_who_changed_it_last_needs_a_second_hand(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with serve(open_sessions(engine), approvers=2) as site:
        for email in (WRITER, PUBLISHER, "second@shiporskip.example"):
            hires(site, email, Role.WRITER if email == WRITER else Role.PUBLISHER)
        has_a_draft(site)
        one = Browser(site).signs_in(PUBLISHER)
        seen = issue_of(site)
        saves(one, seen.version, seen.subject, "The publisher's own words")
        Browser(site).signs_in(WRITER).submits(f"{AT}/submit")
        shown = one.get(AT).page
        assert not shown.values("//form[contains(@action, '/approve')]//button[not(@disabled)]")
        fingerprint = issue_of(site).rendering.fingerprint  # type: ignore[union-attr]
        answer = one.submits(f"{AT}/approve", fingerprint=fingerprint)
        assert (answer.status, issue_of(site).state) == (422, IssueState.REVIEW)
        assert "second editor" in says(answer)
        assert approves(Browser(site).signs_in("second@shiporskip.example")).status == 303
        assert issue_of(site).state is IssueState.APPROVED
    engine.dispose()


def test_the_record_says_who_did_what_from_where_and_what_it_was_before(
    writer: Browser, publisher: Browser
) -> None:
    site = writer.site
    seen = issue_of(site)
    saves(writer, seen.version, seen.subject, "Other words")
    writer.submits(f"{AT}/submit")
    approves(publisher)
    publisher.submits(f"{AT}/send-back", reason="Once more")
    with reading(site.sessions) as session:
        lines = [line for line in audit.lines(session) if line.what == WEEK]
    told = [
        (line.who, line.act, line.ip, line.detail["before"], line.detail["after"]) for line in lines
    ]
    words = {"subject": seen.subject}, {"subject": "Other words"}
    assert told == [
        (WRITER, "edit", "127.0.0.1", *words),
        (WRITER, "submit", "127.0.0.1", "draft", "review"),
        (PUBLISHER, "approve", "127.0.0.1", "review", "approved"),
        (PUBLISHER, "send-back", "127.0.0.1", "approved", "draft"),
    ]


def test_it_is_sent_back_with_a_reason_that_its_writer_gets(
    writer: Browser, publisher: Browser
) -> None:
    writer.submits(f"{AT}/submit")
    assert "needs to know the reason" in says(publisher.submits(f"{AT}/send-back"))
    publisher.submits(f"{AT}/send-back", reason="The lead is old")
    told = writer.site.mail[-1]
    assert (told.recipient, b"The lead is old" in told.data) == (WRITER, True)


def test_a_test_goes_to_who_asks_for_it_and_says_that_it_is_one(writer: Browser) -> None:
    assert writer.submits(f"{AT}/test").status == 303
    told = writer.site.mail[-1]
    assert told.recipient == WRITER
    assert b"[Test]" in told.data
    many = " ".join(f"pat-{number}@inbox.example" for number in range(6))
    assert "1 to 5 addresses" in says(writer.submits(f"{AT}/test", to=many))


# --- on its way ----------------------------------------------------------------------------


def test_it_is_paused_resumed_and_cancelled_on_its_way(writer: Browser, publisher: Browser) -> None:
    site = writer.site
    writer.submits(f"{AT}/submit")
    approves(publisher)
    assert "it is approved" in says(publisher.submits(f"{AT}/pause"))
    with site.sessions.begin() as session:
        issues.move(session, WEEK, [IssueState.APPROVED], IssueState.SENDING, site.clock())
    assert publisher.get(AT).page.values("//meta[@http-equiv='refresh']/@content") == ["5"]
    assert publisher.submits(f"{AT}/pause").status == 303
    assert f"{PUBLISHER} paused it" in publisher.get(AT).page.text("//main")
    assert publisher.submits(f"{AT}/resume").status == 303
    assert issue_of(site).state is IssueState.SENDING
    assert publisher.submits(f"{AT}/cancel").status == 303
    assert issue_of(site).state is IssueState.CANCELLED


# --- what a page costs ---------------------------------------------------------------------


def test_no_page_asks_the_database_more_than_fifteen_times(publisher: Browser) -> None:
    asked: list[str] = []
    engine = publisher.site.sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    for path in ("/editor", "/editor/issues", AT, f"{AT}/preview"):
        asked.clear()
        assert publisher.get(path).status == 200
        statements = [one for one in asked if not one.startswith("BEGIN")]
        assert len(statements) <= 15, (path, len(statements), statements)


def test_an_unknown_issue_is_not_found(publisher: Browser) -> None:
    assert publisher.get("/editor/issues/2020-W01").status == 404
    assert publisher.submits("/editor/issues/2020-W01/submit").status == 404

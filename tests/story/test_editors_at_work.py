"""Two editors and one issue: what each may do, what voids an approval, what goes out in the end."""

from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from itertools import chain, combinations
from threading import Barrier

import pytest
from sqlalchemy import select, update

from db.engine import reading
from db.store import approvals, comparisons, editors, readers
from db.tables import AuditRow, IssueRow
from digest import desk, markers
from digest.desk.editing import Basis
from digest.desk.preview import Look, Values
from digest.desk.preview import html as preview_html
from digest.desk.preview import text as preview_text
from digest.desk.preview import topics as topics_of
from digest.errors import InputError, NotAllowedError, StaleRenderingError
from digest.issues.editing import Conflict, Place, Save, fields
from digest.issues.trial import AN_HOUR
from digest.jobs.send import progress, send
from digest.markers import Marker
from digest.model import DeliveryState, Issue, IssueState, Role, Sent
from digest.readers.addressing import confirmed_on, marked
from digest.readers.links import Purpose
from tests.newsroom import PUBLISHER, WEEK, WRITER, Newsroom, a_product_hunt_feed, part
from tests.story.test_sending import CALLS, LAUNCH, RIVALS

DRAWING = ("Sketchloft", "Product photos from sketches for shops")
NOTES, CALLED, DRAWN = "mergewren-vs-notekeel", "ringlow-vs-callhorn", "sketchloft-vs-pixelbarn"
D, R, A = IssueState.DRAFT, IssueState.REVIEW, IssueState.APPROVED


@pytest.fixture
def drafted(newsroom: Newsroom) -> Newsroom:
    """A newsroom with a draft of three comparisons."""
    newsroom.hires()
    newsroom.holds_verdicts_on(*RIVALS)
    newsroom.follows("/feed", a_product_hunt_feed(LAUNCH, CALLS, DRAWING))
    newsroom.collects()
    newsroom.pairs()
    newsroom.drafts()
    return newsroom


@pytest.fixture
def approved(drafted: Newsroom) -> Newsroom:
    drafted.submits()
    drafted.approves()
    return drafted


def basis(newsroom: Newsroom, who: str = WRITER) -> Basis:
    return Basis(WEEK, who, newsroom.issue().version)


def slugs(issue: Issue) -> list[str]:
    return [item.comparison for item in issue.items]


def lines(newsroom: Newsroom, act: str) -> list[AuditRow]:
    with reading(newsroom.sessions) as session:
        return list(session.scalars(select(AuditRow).where(AuditRow.act == act)))


# --- editing -------------------------------------------------------------------------------


def test_every_edit_renders_anew_and_leaves_one_line_with_before_and_after(
    drafted: Newsroom,
) -> None:
    before = drafted.issue()
    drafted.edits(subject="Which of these?", intro="Read *this* first.")
    issue = drafted.issue()
    assert issue.rendering
    assert (issue.edited_by, issue.subject) == (WRITER, "Which of these?")
    assert issue.rendering.subject == "Which of these?"
    assert "Read <em>this</em> first." in issue.rendering.html
    assert "Read this first." in issue.rendering.text
    [line] = lines(drafted, "edit")
    assert line.detail["before"] == {"subject": before.subject, "intro": before.intro}
    assert line.detail["after"] == {"subject": "Which of these?", "intro": "Read *this* first."}
    assert (line.detail["based_on"], line.detail["version"]) == (before.version, issue.version)


def test_saving_what_is_there_changes_nothing(approved: Newsroom) -> None:
    before = approved.issue()
    approved.edits(subject=before.subject)
    assert approved.issue() == before
    assert lines(approved, "edit") == []


def test_the_order_the_tray_and_the_words_that_follow_them(drafted: Newsroom) -> None:
    parts = (drafted.sessions, drafted.parts.pen)
    first = slugs(drafted.issue())[0]
    desk.move_comparison(*parts, basis(drafted), DRAWN, Place.LEAD)
    led = drafted.issue()
    assert led.headline == "Sketchloft or Pixelbarn?"
    assert led.rendering
    assert led.rendering.subject.startswith("Sketchloft or Pixelbarn?")
    desk.drop_comparison(*parts, basis(drafted), first, "told last week")
    dropped = drafted.issue()
    assert len(dropped.items) == 2
    assert dropped.intro.startswith("Two head-to-heads")
    assert f"/compare/{first}" not in (dropped.rendering or led.rendering).html
    desk.bring_back(*parts, basis(drafted), first)
    assert slugs(drafted.issue())[-1] == first


def test_the_running_draft_does_not_undo_what_an_editor_dropped(drafted: Newsroom) -> None:
    for slug in slugs(drafted.issue()):
        desk.drop_comparison(drafted.sessions, drafted.parts.pen, basis(drafted), slug, "no")
    issue = drafted.issue()
    assert (issue.items, len(issue.tray)) == ((), 3)
    with pytest.raises(NotAllowedError, match="it holds no comparison"):
        drafted.submits()


def test_another_opponent_is_picked_from_the_ranked(drafted: Newsroom) -> None:
    ranked = desk.opponents(drafted.sessions, NOTES, None).ranked
    assert "notekeel" not in {one.tool.slug for one in ranked}
    other = ranked[0].tool
    pen = drafted.parts.pen
    desk.pick_opponent(drafted.sessions, pen, basis(drafted), NOTES, other.slug)
    issue = drafted.issue()
    assert f"mergewren-vs-{other.slug}" in slugs(issue)
    assert [item.comparison for item in issue.tray] == [NOTES]


def test_a_comparison_is_added_by_hand_made_or_known(drafted: Newsroom) -> None:
    parts = (drafted.sessions, drafted.parts.pen)
    desk.add_comparison(*parts, basis(drafted), "Notekeel", "Querymoth")
    assert slugs(drafted.issue())[-1] == "notekeel-vs-querymoth"
    with pytest.raises(NotAllowedError, match="holds it already"):
        desk.add_comparison(*parts, basis(drafted), "mergewren", "notekeel")
    with reading(drafted.sessions) as session:
        assert len(comparisons.latest(session, 9)) == 4


@pytest.mark.parametrize("state", [s for s in IssueState if s not in (D, R, A)])
def test_what_is_on_its_way_or_over_is_not_edited(drafted: Newsroom, state: IssueState) -> None:
    with drafted.sessions.begin() as session:
        session.execute(update(IssueRow).values(state=state))
    with pytest.raises(NotAllowedError, match=f"it is {state.value}"):
        drafted.edits(subject="Too late")


# --- two at once ---------------------------------------------------------------------------


def test_the_second_save_of_a_field_sees_both_versions_and_loses_nothing(
    drafted: Newsroom,
) -> None:
    seen = drafted.issue()
    drafted.edits(PUBLISHER, subject="Theirs")
    save = Save(version=seen.version, was=fields(seen), now={"subject": "Mine", "intro": "Mine"})
    parts = (drafted.sessions, drafted.parts.pen, WEEK, WRITER)
    refused = desk.save_words(*parts, save)
    assert isinstance(refused, Conflict)
    [clash] = refused.clashes
    assert (clash.field, clash.theirs, clash.mine) == ("subject", "Theirs", "Mine")
    assert refused.issue.edited_by == PUBLISHER
    assert drafted.issue().intro == seen.intro
    again = Save(version=refused.issue.version, now=save.now)
    assert isinstance(desk.save_words(*parts, again), Issue)
    assert (drafted.issue().subject, drafted.issue().intro) == ("Mine", "Mine")


def test_saves_of_different_fields_at_the_same_moment_are_both_kept(drafted: Newsroom) -> None:
    seen, ready = drafted.issue(), Barrier(2)

    def save(field: str) -> Issue | Conflict:
        ready.wait()
        mine = Save(version=seen.version, was=fields(seen), now={field: "Mine"})
        return desk.save_words(drafted.sessions, drafted.parts.pen, WEEK, WRITER, mine)

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(save, ("subject", "headline")))
    assert all(isinstance(one, Issue) for one in done)
    issue = drafted.issue()
    assert (issue.subject, issue.headline) == ("Mine", "Mine")


def test_of_two_saves_of_a_field_at_the_same_moment_one_is_a_conflict(drafted: Newsroom) -> None:
    seen, ready = drafted.issue(), Barrier(2)

    def save(text: str) -> Issue | Conflict:
        ready.wait()
        mine = Save(version=seen.version, was=fields(seen), now={"subject": text})
        return desk.save_words(drafted.sessions, drafted.parts.pen, WEEK, WRITER, mine)

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(save, ("This", "That")))
    [lost] = [one for one in done if isinstance(one, Conflict)]
    assert {lost.clashes[0].mine, drafted.issue().subject} == {"This", "That"}


# --- approving -----------------------------------------------------------------------------


def test_an_edit_voids_the_approval_and_what_was_approved_is_kept_whole(
    approved: Newsroom,
) -> None:
    given = approved.issue().rendering
    approved.edits(subject="Another")
    issue = approved.issue()
    assert (issue.state, issue.approved_by, issue.send_at) == (D, "", None)
    with reading(approved.sessions) as session:
        [kept] = approvals.approvals(session, WEEK)
    assert kept.rendering == given
    assert kept.voided == f"{WRITER}: changed subject"
    approved.clock.move(minutes=10)
    with pytest.raises(NotAllowedError, match="it is draft"):
        approved.sends()


def test_what_changed_since_the_approval_is_told(approved: Newsroom) -> None:
    since = desk.since_approval(approved.sessions, WEEK)
    assert since
    assert (since.same, since.changes, since.lines) == (True, (), ())
    approved.edits(intro="A new beginning.")
    since = desk.since_approval(approved.sessions, WEEK)
    assert since
    assert not since.same
    [change] = since.changes
    assert (change.field, change.after) == ("intro", "A new beginning.")
    assert "A new beginning." in [line.text for line in since.lines if line.sign == "+"]
    assert any(line.sign == "-" for line in since.lines)


def test_an_issue_that_was_never_approved_has_nothing_to_compare(drafted: Newsroom) -> None:
    assert desk.since_approval(drafted.sessions, WEEK) is None


def test_a_second_click_changes_nothing(drafted: Newsroom) -> None:
    drafted.has_readers("ada@inbox.example")
    assert drafted.submits() == drafted.submits()
    first = drafted.approves()
    drafted.clock.move(minutes=5)
    assert drafted.approves() == first
    with reading(drafted.sessions) as session:
        assert len(approvals.approvals(session, WEEK)) == 1
    drafted.clock.move(minutes=5)
    drafted.sends()
    with pytest.raises(NotAllowedError, match="it is sent"):
        drafted.sends()
    assert len(drafted.inbox()) == 1


def test_another_editor_does_not_approve_what_is_approved(approved: Newsroom) -> None:
    with approved.sessions.begin() as session:
        editors.put_editor(session, "second@shiporskip.example", Role.ADMIN, approved.clock())
    with pytest.raises(NotAllowedError, match="it is approved"):
        approved.approves(who="second@shiporskip.example")


def test_bytes_that_changed_since_the_editor_looked_are_not_approved(drafted: Newsroom) -> None:
    seen = drafted.issue().rendering
    assert seen
    drafted.edits(subject="Another")
    drafted.submits()
    with pytest.raises(StaleRenderingError):
        drafted.approves(fingerprint=seen.fingerprint)


def test_with_two_approvers_nobody_approves_alone_what_they_last_changed(
    drafted: Newsroom,
) -> None:
    drafted.chooses(approvers=2)
    drafted.edits(PUBLISHER, subject="Mine")
    drafted.submits()
    with pytest.raises(NotAllowedError, match="a second editor has to approve it"):
        drafted.approves()
    with drafted.sessions.begin() as session:
        editors.put_editor(session, "second@shiporskip.example", Role.PUBLISHER, drafted.clock())
    assert drafted.approves(who="second@shiporskip.example").state is A


@pytest.mark.parametrize(
    ("role", "said"), [(Role.WRITER, "is a writer now"), (None, "is no longer on the team")]
)
def test_an_approver_who_was_demoted_or_removed_no_longer_counts(
    approved: Newsroom, role: Role | None, said: str
) -> None:
    approved.has_readers("ada@inbox.example")
    with approved.sessions.begin() as session:
        if role:
            editors.put_editor(session, PUBLISHER, role, approved.clock())
        else:
            editors.remove_editor(session, PUBLISHER)
    approved.clock.move(minutes=10)
    with pytest.raises(NotAllowedError, match=f"{said}; it waits for another approval"):
        approved.sends()
    issue = approved.issue()
    assert (issue.state, issue.approved_by) == (R, "")
    assert approved.inbox() == []
    with reading(approved.sessions) as session:
        assert said in approvals.approvals(session, WEEK)[0].voided


def test_bytes_that_differ_from_the_approved_void_the_approval(approved: Newsroom) -> None:
    with approved.sessions.begin() as session:
        session.execute(update(IssueRow).values(text="Something else.\n"))
    approved.clock.move(minutes=10)
    with pytest.raises(NotAllowedError, match="not the one that was approved"):
        approved.sends()
    assert approved.issue().state is R


def test_two_senders_that_begin_at_once_mail_each_reader_once(approved: Newsroom) -> None:
    approved.has_readers(*(f"r{number}@inbox.example" for number in range(6)))
    approved.clock.move(minutes=10)
    office, ready = approved.parts.office._replace(repeatable=False, chunk=2), Barrier(2)

    def run(_: int) -> None:
        ready.wait()
        try:
            send(approved.sessions, office, WEEK)
        except NotAllowedError as error:  # the other was done before this one had begun
            assert "it is sent" in str(error)  # noqa: PT017

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, range(2)))
    assert progress(approved.sessions, WEEK).counts == {DeliveryState.SENT: 6}


# --- letters to the desk -------------------------------------------------------------------


def test_handing_in_asks_those_who_publish_and_sending_back_tells_the_writer(
    drafted: Newsroom,
) -> None:
    drafted.has_readers("ada@inbox.example")
    drafted.submits()
    [asked] = drafted.desk_mail()
    assert asked["To"] == PUBLISHER
    assert f"{WEEK} waits for you" in part(asked, "plain")
    assert "Readers: 1" in part(asked, "plain")
    drafted.sends_back("the lead is\nweak")
    told = [message for message in drafted.desk_mail() if message["To"] == WRITER]
    assert len(told) == 1
    assert "the lead is weak" in part(told[0], "plain")
    assert f"/editor/issues/{WEEK}" in part(told[0], "html")
    assert drafted.issue().reason == "the lead is weak"


def test_sending_back_needs_a_reason_and_voids_the_approval(approved: Newsroom) -> None:
    with pytest.raises(NotAllowedError, match="needs to know the reason"):
        approved.sends_back(" \n")
    approved.sends_back("a wrong name")
    with reading(approved.sessions) as session:
        assert (
            approvals.approvals(session, WEEK)[0].voided == f"{PUBLISHER}: sent back: a wrong name"
        )


def test_what_the_rules_warn_of_is_told_and_keeps_nothing_back(drafted: Newsroom) -> None:
    pen = drafted.parts.pen
    desk.add_comparison(drafted.sessions, pen, basis(drafted), "Notekeel", "Querymoth")
    drafted.clock.move(days=181)
    with reading(drafted.sessions) as session:
        said = desk.warned(session, drafted.issue(), drafted.parts.house, drafted.clock())
    assert said[0] == "listed more than once: Notekeel"
    assert said[1].startswith("the verdict is older than 180 days: ")
    drafted.submits()
    assert "listed more than once: Notekeel" in part(drafted.desk_mail()[0], "plain")


# --- looking and testing -------------------------------------------------------------------


def test_a_preview_is_the_stored_rendering_as_a_reader_of_some_topics_sees_it(
    drafted: Newsroom,
) -> None:
    rendering = drafted.issue().rendering
    assert rendering
    assert topics_of(rendering) == ("design", "voice", "writing")
    values = Values(drafted.parts.signing, drafted.parts.publication, drafted.clock())
    voice = frozenset({"voice"})
    assert CALLED in preview_text(rendering, values, voice)
    assert NOTES not in preview_text(rendering, values, voice)
    dark = preview_html(rendering, values, Look(voice, "dark"))
    assert CALLED in dark
    assert NOTES not in dark
    assert "prefers-color-scheme" not in dark
    assert "__READER__" not in dark
    assert "<style" not in preview_html(rendering, values, Look(styled=False))


def test_a_test_says_so_everywhere_and_the_ledger_knows_nothing_of_it(drafted: Newsroom) -> None:
    sent = mails_test(drafted, "ada@inbox.example", "bo@inbox.example")
    assert [type(receipt) for _, receipt in sent] == [Sent, Sent]
    ada, bo = drafted.inbox()
    assert ada["Message-ID"] != bo["Message-ID"]
    for message in (ada, bo):
        assert message["Subject"].startswith("[Test] ")
        for kind in ("plain", "html"):
            assert "This is a test." in " ".join(part(message, kind).split())
    assert progress(drafted.sessions, WEEK).counts == {}
    assert drafted.issue().state is D


def test_the_link_to_leave_in_a_test_takes_nobody_off_the_list(drafted: Newsroom) -> None:
    drafted.has_readers("ada@inbox.example")
    mails_test(drafted, "ada@inbox.example")
    [message] = drafted.inbox()
    token = message["List-Unsubscribe"].partition("/unsubscribe/")[2].partition(">")[0]
    assert drafted.parts.signing.read(token, Purpose.LEAVE) == 0


def mails_test(newsroom: Newsroom, *to: str) -> list[tuple[str, object]]:
    parts = newsroom.parts
    return list(desk.send_test(newsroom.sessions, parts.pen, parts.signing, WEEK, WRITER, to))


def test_tests_are_few(drafted: Newsroom) -> None:
    with pytest.raises(NotAllowedError, match="a test goes to 1 to 5 addresses"):
        mails_test(drafted, *(f"r{number}@inbox.example" for number in range(6)))
    for _ in range(AN_HOUR):
        mails_test(drafted, "ada@inbox.example")
    assert len(drafted.inbox()) == AN_HOUR
    with pytest.raises(NotAllowedError, match="sent 10 tests in the last hour"):
        mails_test(drafted, "ada@inbox.example")
    drafted.clock.move(hours=1)
    mails_test(drafted, "ada@inbox.example")


def test_an_address_that_must_not_be_mailed_gets_no_test_either(drafted: Newsroom) -> None:
    drafted.has_readers("ada@inbox.example")
    drafted.loses("ada@inbox.example")
    suppress(drafted, "ada@inbox.example")
    with pytest.raises(InputError, match="must not be mailed: complaint"):
        mails_test(drafted, "Ada@inbox.example")
    assert drafted.inbox() == []


def suppress(newsroom: Newsroom, email: str) -> None:
    with newsroom.sessions.begin() as session:
        hashed = newsroom.parts.signing.address_hash(email)
        readers.suppress(session, hashed, "complaint", newsroom.clock())


# --- byte for byte -------------------------------------------------------------------------


TOPICS = ("Design", "Voice", "Writing")


def test_what_arrives_is_what_was_approved_for_every_choice_of_topics(drafted: Newsroom) -> None:
    choices = list(chain.from_iterable(combinations(TOPICS, count) for count in range(4)))
    drafted.clock.move(days=1)  # a day of consent that stands nowhere else in the mail
    drafted.submits()
    drafted.approves()
    for number, chosen in enumerate(choices):
        drafted.has_readers(f"r{number}@inbox.example", categories="; ".join(chosen))
    with reading(drafted.sessions) as session:
        [given] = approvals.approvals(session, WEEK)
    drafted.clock.move(minutes=10)
    drafted.sends()
    arrived = drafted.inbox()
    assert len(arrived) == len(choices)
    for number, chosen in enumerate(choices):
        message = next(one for one in arrived if one["To"] == f"r{number}@inbox.example")
        topics = [topic.lower() for topic in chosen]
        assert message["Subject"] == given.rendering.subject
        assert nobodys(drafted, message, "html") == markers.chosen(given.rendering.html, topics)
        assert nobodys(drafted, message, "plain") == markers.chosen(given.rendering.text, topics)


def nobodys(newsroom: Newsroom, message: EmailMessage, kind: str) -> str:
    """A part of a message with its reader's own values taken out again."""
    token = message["List-Unsubscribe"].partition("/unsubscribe/")[2].partition(">")[0]
    tokens = newsroom.parts.signing.tokens(int(token.partition(".")[0]))
    # the list they came from did not say on which day they agreed
    said = {**marked(tokens), Marker.CONFIRMED_ON: confirmed_on(newsroom.parts.publication, None)}
    text = part(message, kind)
    for marker, value in said.items():
        text = text.replace(value, marker)
    return text

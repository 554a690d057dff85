"""Voting, as a browser does it: a form, a cookie, a page that says what happened."""

from http.cookies import SimpleCookie

import pytest

from db.engine import Sessions, reading
from db.store import tools
from digest import subscriptions
from digest.model import Votes
from digest.readers.links import Purpose, Signing
from tests.doors.site import FORM, Answer, LiveSite, serve
from tests.makers import a_tool

VOTE = "/tools/plainwright/vote"
COOKIE = "__Host-voter"


@pytest.fixture
def voting(site: LiveSite) -> LiveSite:
    """A site with one comparison nobody has voted on."""
    site.publishes(a_tool("Plainwright", votes=Votes()), a_tool("Notekeel", votes=Votes()))
    return site


def counts(site: LiveSite, slug: str = "plainwright") -> Votes:
    with reading(site.sessions) as session:
        return tools.tool(session, slug).votes


def cookie(answer: Answer) -> str:
    """What a browser sends from now on."""
    morsel = SimpleCookie(answer.headers["Set-Cookie"])[COOKIE]
    return f"{COOKIE}={morsel.value}"


def post(site: LiveSite, body: str, kept: str = "") -> Answer:
    headers = {"Content-Type": FORM, "Sec-Fetch-Site": "same-origin"}
    headers |= {"Cookie": kept} if kept else {}
    return site.ask("POST", VOTE, body.encode(), headers)


def follow(site: LiveSite, answer: Answer, kept: str = "") -> Answer:
    assert answer.status == 303
    return site.get(answer.headers["Location"], **({"Cookie": kept} if kept else {}))


def test_a_vote_is_counted_told_and_leads_back(voting: LiveSite) -> None:
    voted = post(voting, "call=ship&comparison=plainwright-vs-notekeel")
    told = follow(voting, voted, cookie(voted))
    assert told.page.text("//h1") == "You voted to ship Plainwright"
    assert "1 ship / 0 skip" in told.page.text()
    assert told.page.links.count("/compare/plainwright-vs-notekeel") == 1
    assert "1 ship / 0 skip" in voting.get("/compare/plainwright-vs-notekeel").page.text("//table")


def test_a_vote_is_changed_and_taken_back_on_that_page(voting: LiveSite) -> None:
    kept = cookie(post(voting, "call=ship"))
    page = voting.get(VOTE, Cookie=kept).page
    assert page.values("//form/@action") == [VOTE]
    assert page.values("//button/@value") == ["skip", "none"]
    changed = follow(voting, post(voting, "call=skip", kept), kept)
    assert changed.page.text("//h1") == "You voted to skip Plainwright"
    taken = follow(voting, post(voting, "call=none", kept), kept)
    assert taken.page.text("//h1") == "Your vote is taken back"
    assert taken.page.values("//button/@value") == ["ship", "skip"]
    assert counts(voting) == Votes()


def test_a_browser_without_cookies_is_told_that_its_vote_counts(voting: LiveSite) -> None:
    told = follow(voting, post(voting, "call=ship"))
    assert told.page.text("//h1") == "Your vote is counted"
    assert counts(voting) == Votes(1, 0)


def test_only_who_votes_gets_a_cookie_and_it_is_a_careful_one(voting: LiveSite) -> None:
    for answer in (voting.get("/"), voting.get(VOTE), post(voting, "call=none")):
        assert answer.headers["Set-Cookie"] is None
    morsel = SimpleCookie(post(voting, "call=ship").headers["Set-Cookie"])[COOKIE]
    assert (morsel["secure"], morsel["httponly"], morsel["samesite"]) == (True, True, "lax")
    assert (morsel["path"], morsel["domain"], morsel["max-age"]) == ("/", "", "31536000")


def test_on_a_machine_of_ones_own_the_cookie_needs_no_https(sessions: Sessions) -> None:
    with serve(sessions, base_url="http://127.0.0.1") as site:
        site.publishes(a_tool("Plainwright"))
        morsel = SimpleCookie(post(site, "call=ship").headers["Set-Cookie"])["voter"]
    assert (morsel["secure"], morsel["httponly"], morsel["samesite"]) == ("", True, "lax")


@pytest.mark.parametrize(
    "value",
    [
        "",
        "1.forged",
        "é",
        Signing(["a stranger's key, long enough"]).token(1, Purpose.BROWSER),
        Signing(["a key of the site, long enough to be one"]).token(1, Purpose.LEAVE),
    ],
)
def test_a_forged_cookie_is_just_a_new_browser(voting: LiveSite, value: str) -> None:
    voted = post(voting, "call=ship", f"{COOKIE}={value}")
    assert voted.status == 303
    assert cookie(voted) != f"{COOKIE}={value}"
    assert counts(voting) == Votes(1, 0)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_never_votes(voting: LiveSite, method: str) -> None:
    number = voting.has_reader("ada@inbox.example")
    link = f"/compare/plainwright-vs-notekeel/vote/{voting.signing.token(number, Purpose.VOTE)}"
    for path in (VOTE, f"{VOTE}?call=ship", link, f"{link}?call=ship"):
        answer = voting.ask(method, path)
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "no-store"
    assert counts(voting) == Votes()


def test_a_comparison_is_the_same_for_who_voted_and_who_did_not(voting: LiveSite) -> None:
    kept = cookie(post(voting, "call=ship"))
    theirs, others = (
        voting.get("/compare/plainwright-vs-notekeel", Cookie=kept),
        voting.get("/compare/plainwright-vs-notekeel"),
    )
    assert theirs.body == others.body
    assert theirs.headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("body", ["", "call=", "call=love", "call=SHIP", "calls=ship"])
def test_what_is_no_vote_is_refused(voting: LiveSite, body: str) -> None:
    assert post(voting, body).status == 422
    assert counts(voting) == Votes()


def test_a_tool_nobody_knows_is_not_there(voting: LiveSite) -> None:
    assert voting.fill_in("/tools/nobody/vote", call="ship").status == 404
    assert voting.get("/tools/nobody/vote").status == 404


@pytest.mark.parametrize(
    "comparison", ["nothing", "callhorn-vs-wrenlet", "//evil.example/", "ü\r\n"]
)
def test_the_way_back_leads_to_comparisons_of_the_tool_alone(
    voting: LiveSite, comparison: str
) -> None:
    voting.publishes(a_tool("Callhorn"), a_tool("Wrenlet"))
    voted = voting.fill_in(VOTE, call="ship", comparison=comparison)
    assert voted.headers["Location"].startswith(f"{VOTE}?comparison=")
    assert "/tools/plainwright" in follow(voting, voted).page.links


def test_who_votes_on_too_many_tools_is_told_to_come_back(site: LiveSite) -> None:
    for number in range(31):
        site.publishes(a_tool(f"Tool {number}"), a_tool("Notekeel"))
    answers = [
        site.fill_in(f"/tools/tool-{n}/vote", call="ship", comparison="\0") for n in range(31)
    ]
    assert [answer.status for answer in answers] == [303] * 30 + [429]
    assert answers[-1].headers["Retry-After"] == "3600"
    assert answers[-1].headers["Set-Cookie"] is None
    assert answers[-1].page.text("//h1") == "That is enough for now"


# --- by a mailed link ----------------------------------------------------------------------


def test_a_reader_votes_on_both_tools_by_a_link(voting: LiveSite) -> None:
    number = voting.has_reader("ada@inbox.example")
    token = voting.signing.token(number, Purpose.VOTE)
    link = f"/compare/plainwright-vs-notekeel/vote/{token}"
    page = voting.get(link).page
    assert page.values("//form/@action") == [VOTE, "/tools/notekeel/vote"]
    assert set(page.values("//input[@name='reader']/@value")) == {token}
    for slug, call in (("plainwright", "ship"), ("notekeel", "skip"), ("notekeel", "skip")):
        voted = voting.fill_in(f"/tools/{slug}/vote", call=call, reader=token)
        assert voted.status == 303
    assert (counts(voting), counts(voting, "notekeel")) == (Votes(1, 0), Votes(0, 1))
    said = voting.get(link).page.text()
    assert "You voted ship." in said
    assert "You voted skip." in said


def test_a_link_of_nobody_is_not_there(voting: LiveSite) -> None:
    number = voting.has_reader("ada@inbox.example")
    token = voting.signing.token(number, Purpose.VOTE)
    subscriptions.erase(voting.sessions, voting.clock, voting.signing, "ada@inbox.example")
    for gone in (token, "1.forged", voting.signing.token(number, Purpose.LEAVE)):
        assert voting.get(f"/compare/plainwright-vs-notekeel/vote/{gone}").status == 404
        assert voting.fill_in(VOTE, call="ship", reader=gone).status == 404
    assert counts(voting) == Votes()


def test_a_link_to_a_comparison_nobody_knows_is_not_there(voting: LiveSite) -> None:
    token = voting.signing.token(voting.has_reader("ada@inbox.example"), Purpose.VOTE)
    assert voting.get(f"/compare/nothing/vote/{token}").status == 404

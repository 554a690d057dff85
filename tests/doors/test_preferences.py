"""The page that every mail links: what comes, how often, in which language, and where to."""

import re
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.engine import Sessions
from db.store import readers
from digest import subscriptions
from digest.model import Cadence, Refused, Subscriber, SubscriberState
from digest.readers.links import Purpose, Signing
from digest.readers.preferences import PAUSES
from tests.doors.page import Page
from tests.doors.site import FORM, LiveSite, serve
from tests.makers import SUNDAY, a_tool

READER, NEW = "reader@inbox.example", "new.address@other.example"
CHANGE = "/preferences/address/"


@pytest.fixture
def page_of(site: LiveSite) -> str:
    """The path of the preferences of READER, on a site with comparisons in three categories."""
    site.publishes(a_tool("Plainwright"), a_tool("Callhorn", category="Voice"))
    site.publishes(a_tool("Querymoth", category="Data"), a_tool("Sumgrove", category="Data"))
    return site.preferences(site.has_reader(READER))


def chosen(page: Page) -> dict[str, list[str]]:
    """What a browser would send for the form of choices."""
    form = "//form[.//input[@name='cadence']]"
    return {
        "cadence": page.values(f"{form}//input[@name='cadence'][@checked]/@value"),
        "categories": page.values(f"{form}//input[@name='categories'][@checked]/@value"),
        "pause": page.values(f"{form}//select[@name='pause']/option[@selected]/@value"),
        "language": page.values(f"{form}//select[@name='language']/option[@selected]/@value"),
    }


def found(site: LiveSite) -> Subscriber:
    reader = site.reader(READER)
    assert reader
    return reader


def number_of(path: str) -> int:
    match = re.search(r"/(\d+)\.", path)
    assert match
    return int(match[1])


# --- looking -------------------------------------------------------------------------------


def test_the_page_shows_what_comes_and_masks_the_address(site: LiveSite, page_of: str) -> None:
    answer = site.get(page_of)
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.page.meta("robots") == "noindex"
    assert READER.encode() not in answer.body
    assert "r…@inbox.example" in answer.page.text()
    assert chosen(answer.page) == {
        "cadence": ["weekly"],
        "categories": [],
        "pause": ["0"],
        "language": ["en"],
    }
    assert answer.page.values("//input[@name='categories']/@value") == ["Data", "Voice", "Writing"]
    assert "written in one language, English" in answer.page.text()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(site: LiveSite, page_of: str, method: str) -> None:
    before = found(site)
    assert site.ask(method, page_of).status == 200
    assert found(site) == before
    assert site.record(number_of(page_of)) == []


def test_a_link_we_did_not_make_leads_nowhere(site: LiveSite, page_of: str) -> None:
    number = number_of(page_of)
    stranger = Signing(["a key that is not ours"])
    for token in (
        site.signing.token(number, Purpose.LEAVE),
        stranger.token(number, Purpose.CHOOSE),
        page_of.rpartition("/")[2].replace(str(number), str(number + 1), 1),
        "forged",
    ):
        for told in ({}, {"cadence": "each"}, {"ask": "erase"}, {"ask": "address", "email": NEW}):
            answer = site.fill_in(f"/preferences/{token}", **told)
            assert answer.status == 404
        assert site.get(f"/preferences/{token}").status == 404
    assert site.mail == []


def test_who_was_erased_finds_a_page_that_says_so(site: LiveSite, page_of: str) -> None:
    subscriptions.erase(site.sessions, site.clock, site.signing, READER)
    for answer in (
        site.get(page_of),
        site.fill_in(page_of, cadence="each"),
        site.fill_in(page_of, ask="export"),
    ):
        assert answer.status == 410
        assert "We no longer know this reader" in answer.page.text()
        assert "/#subscribe" in answer.page.links
    assert site.mail == []


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (SubscriberState.PENDING, "waits to be confirmed"),
        (SubscriberState.UNSUBSCRIBED, "you have left"),
        (SubscriberState.BOUNCED, "we do not write to it"),
        (SubscriberState.COMPLAINED, "we do not write to it"),
    ],
)
def test_who_gets_no_mail_has_nothing_to_choose_but_their_data(
    site: LiveSite, state: SubscriberState, said: str
) -> None:
    path = site.preferences(site.has_reader(READER, state))
    page = site.fill_in(path, cadence="each").page
    assert said in page.text()
    assert page.values("//button/@value") == ["export", "erase"]
    assert found(site).cadence is Cadence.WEEKLY
    assert site.record(number_of(path)) == []


# --- choosing ------------------------------------------------------------------------------


def test_a_choice_is_kept_and_recorded_with_what_was_before(site: LiveSite, page_of: str) -> None:
    page = site.fill_in(
        page_of, cadence="ships", categories=["Voice", "Data"], pause="2", language="de"
    ).page
    assert "Saved" in page.text("//*[@role='status']")
    reader = found(site)
    until = SUNDAY + timedelta(weeks=2)
    assert (reader.cadence, reader.categories) == (Cadence.SHIPS, ("Data", "Voice"))
    assert (reader.language, reader.paused_until) == ("de", until)
    (line,) = site.record(number_of(page_of))
    assert (line.act, line.at) == ("change", SUNDAY)
    assert line.detail == {
        "before": {
            "cadence": "weekly",
            "categories": [],
            "language": "en",
            "paused_until": None,
        },
        "after": {
            "cadence": "ships",
            "categories": ["Data", "Voice"],
            "language": "de",
            "paused_until": until.isoformat(),
        },
    }


def test_saving_what_is_there_already_changes_nothing(site: LiveSite, page_of: str) -> None:
    site.fill_in(page_of, cadence="each", pause="4")
    before = found(site)
    site.clock.move(days=1)
    page = site.fill_in(page_of, **chosen(site.get(page_of).page)).page
    assert "Saved" in page.text("//*[@role='status']")
    assert found(site) == before
    assert len(site.record(number_of(page_of))) == 1


def test_a_pause_is_shown_ended_and_over_by_itself(site: LiveSite, page_of: str) -> None:
    page = site.fill_in(page_of, cadence="weekly", pause="1").page
    assert "Paused until November 29, 2026" in page.text("//option[@selected][@value='']")
    site.clock.move(days=7)
    assert chosen(site.get(page_of).page)["pause"] == ["0"]
    site.fill_in(page_of, cadence="weekly", pause="8")
    site.fill_in(page_of, cadence="weekly", pause="0")
    assert found(site).paused_until is None


def test_a_category_that_is_gone_from_the_site_stays_a_reader_s(site: LiveSite) -> None:
    path = site.preferences(site.has_reader(READER, categories=("Law",)))
    page = site.get(path).page
    assert chosen(page)["categories"] == ["Law"]
    site.fill_in(path, **chosen(page))
    assert found(site).categories == ("Law",)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"categories": ["Voice"]},
        {"cadence": "daily"},
        {"cadence": "weekly", "categories": ["Voice", "Astrology"]},
        {"cadence": "weekly", "pause": "1000"},
        {"cadence": "weekly", "language": "xx"},
        {"cadence": "weekly", "ask": "something else", "pause": "x"},
    ],
    ids=str,
)
def test_a_choice_there_is_not_is_refused_and_the_form_stays(
    site: LiveSite, page_of: str, told: dict[str, str]
) -> None:
    before = found(site)
    answer = site.fill_in(page_of, **told)
    assert answer.status == 422
    assert "not one of ours any more" in answer.page.text("//*[@role='alert']")
    assert chosen(answer.page)["cadence"] == ["weekly"]
    assert found(site) == before


choices = st.fixed_dictionaries(
    {
        "cadence": st.sampled_from([cadence.value for cadence in Cadence]),
        "categories": st.lists(st.sampled_from(["Data", "Voice", "Writing"]), unique=True),
        "pause": st.sampled_from(["", "0", *map(str, PAUSES)]),
        "language": st.sampled_from(["en", "de"]),
    }
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(st.lists(choices, min_size=1, max_size=3))
def test_any_choice_comes_back_as_it_was_made(
    site: LiveSite, told: list[dict[str, str | list[str]]]
) -> None:
    path = a_fresh_reader(site)
    for choice in told:
        site.fill_in(path, **choice)
    shown, kept = chosen(site.get(path).page), found(site)
    assert shown["cadence"] == [told[-1]["cadence"]] == [kept.cadence.value]
    assert shown["categories"] == sorted(told[-1]["categories"]) == list(kept.categories)
    assert shown["language"] == [told[-1]["language"]] == [kept.language]
    weeks = next((choice["pause"] for choice in reversed(told) if choice["pause"]), "0")
    until = SUNDAY + timedelta(weeks=int(str(weeks))) if weeks != "0" else None
    assert kept.paused_until == until
    assert shown["pause"] == ["" if until else "0"]
    site.fill_in(path, **shown)
    assert found(site) == kept


def a_fresh_reader(site: LiveSite) -> str:
    """READER as if they had just come, on a site with three categories."""
    known = site.reader(READER)
    if known is None:
        site.publishes(a_tool("Plainwright"), a_tool("Callhorn", category="Voice"))
        site.publishes(a_tool("Querymoth", category="Data"), a_tool("Sumgrove", category="Data"))
        return site.preferences(site.has_reader(READER))
    with site.sessions.begin() as session:
        plain: dict[str, object] = {
            "categories": [],
            "cadence": Cadence.WEEKLY,
            "paused_until": None,
        }
        readers.update_subscriber(session, known.id, SUNDAY, language="en", **plain)
    return site.preferences(known.id)


# --- another address -----------------------------------------------------------------------


def test_a_reader_moves_to_another_address_by_a_link_mailed_to_it(
    site: LiveSite, page_of: str
) -> None:
    site.fill_in(page_of, cadence="each", categories=["Voice"])
    before = found(site)
    asked = site.fill_in(page_of, ask="address", email=NEW)
    assert "Look into your inbox" in asked.page.text()
    assert [message.recipient for message in site.mail] == [NEW]
    link = site.mailed(CHANGE)
    page = site.get(link).page
    assert page.texts("//form/button") == ["Change my address"]
    assert site.reader(NEW) is None
    for _ in range(2):
        done = site.post(link, kind=FORM)
        assert done.status == 200
        assert "n…@other.example" in done.page.text()
    moved = site.reader(NEW)
    assert moved
    assert site.reader(READER) is None
    assert (moved.id, moved.cadence, moved.categories) == (before.id, before.cadence, ("Voice",))
    assert moved.confirmed_at == before.confirmed_at
    line = site.record(moved.id)[-1]
    assert line.detail == {"before": {"email": READER}, "after": {"email": NEW}}
    assert line.message_id.startswith("change-address.1.")
    assert line.message_id.encode() in site.mail[0].data


def takes(site: LiveSite, how: str) -> None:
    """NEW cannot become a reader's."""
    if how == "a reader":
        site.has_reader(NEW.upper())
    elif how == "erased":
        site.has_reader(NEW)
        subscriptions.erase(site.sessions, site.clock, site.signing, NEW)
    else:
        with site.sessions.begin() as session:
            readers.suppress(session, site.signing.address_hash(NEW), "it complained", SUNDAY)


@pytest.mark.parametrize("how", ["a reader", "erased", "suppressed"])
def test_an_address_that_is_taken_gets_no_mail_and_who_asked_is_not_told(
    site: LiveSite, page_of: str, how: str
) -> None:
    takes(site, how)
    refused = site.fill_in(page_of, ask="address", email=NEW)
    assert site.mail == []
    mailed = site.fill_in(page_of, ask="address", email="free@other.example")
    assert len(site.mail) == 1
    assert refused.body == mailed.body
    assert "may be on the list already" in refused.page.text()


@pytest.mark.parametrize("how", ["a reader", "suppressed"])
def test_an_address_that_was_taken_meanwhile_leaves_all_as_it_was(
    site: LiveSite, page_of: str, how: str
) -> None:
    site.fill_in(page_of, ask="address", email=NEW)
    takes(site, how)
    answer = site.post(site.mailed(CHANGE))
    assert answer.status == 409
    assert "This address cannot be used" in answer.page.text()
    assert found(site).email == READER


def test_what_is_no_address_is_said_beside_the_field(site: LiveSite, page_of: str) -> None:
    answer = site.fill_in(page_of, ask="address", email="new@home Bcc: all@inbox.example")
    assert answer.status == 422
    assert "no address we can send to" in answer.page.text("//*[@role='alert']")
    assert answer.page.values("//input[@type='email']/@aria-describedby") == ["bad-address"]
    assert answer.page.values("//input[@type='email']/@value") == [
        "new@home Bcc: all@inbox.example"
    ]
    assert site.mail == []


def test_a_link_that_was_mailed_runs_out(site: LiveSite, page_of: str) -> None:
    site.fill_in(page_of, ask="address", email=NEW)
    site.clock.move(hours=72)
    for method in ("GET", "HEAD", "POST"):
        answer = site.ask(method, site.mailed(CHANGE))
        assert answer.status == 404
    assert "This link no longer works" in answer.page.text()
    assert found(site).email == READER


def test_only_links_we_mailed_for_this_make_a_change(site: LiveSite, page_of: str) -> None:
    number = number_of(page_of)
    site.fill_in(page_of, ask="export")
    mailed_for_another = site.mailed("/preferences/data/").rpartition("/")[2]
    for token in (
        site.signing.dated_token(number, Purpose.CHANGE_ADDRESS, SUNDAY, "abcdef"),
        site.signing.token(number, Purpose.CHOOSE),
        mailed_for_another,
    ):
        for door in ("address", "erase"):
            assert site.get(f"/preferences/{door}/{token}").status == 404
            assert site.post(f"/preferences/{door}/{token}").status == 404
    assert found(site).email == READER


def test_no_inbox_is_filled_by_who_holds_an_old_mail(site: LiveSite, page_of: str) -> None:
    other = site.preferences(site.has_reader("second@inbox.example"))
    for _ in range(8):
        for path in (page_of, other):
            site.fill_in(path, ask="address", email=NEW)
            site.fill_in(path, ask="export")
        site.clock.move(minutes=11)
    recipients = [message.recipient for message in site.mail]
    assert recipients.count(NEW) == 3
    assert recipients.count(READER) == recipients.count("second@inbox.example") == 3


def test_a_mail_that_cannot_leave_is_told_to_the_log_alone(
    site: LiveSite, page_of: str, caplog: pytest.LogCaptureFixture
) -> None:
    site.mail.answers[NEW] = Refused("the mailbox is closed")
    assert site.fill_in(page_of, ask="address", email=NEW).status == 200
    assert "did not leave: the mailbox is closed" in caplog.text
    assert NEW not in caplog.text


def test_a_language_without_a_catalogue_is_named_by_its_speakers(sessions: Sessions) -> None:
    with serve(sessions) as site:
        path = site.preferences(site.has_reader(READER, language="pt-BR"))
        names = site.get(path).page.texts("//select[@name='language']/option")
    assert names == ["português (Brasil)", "English", "Deutsch"]

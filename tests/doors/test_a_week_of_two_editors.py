"""A week at the desk in Chromium: a writer and a publisher, from the draft to every inbox."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from digest.errors import NotAllowedError
from digest.jobs.batches import Office
from digest.jobs.send import send
from digest.model import IssueState, Role
from tests.doors.desk import PUBLISHER, WRITER, hires
from tests.doors.site import LiveSite
from tests.doors.test_desk_in_a_browser import chromium, signs_in, site
from tests.doors.test_issues_at_the_desk import AT, WEEK, issue_of, order

__all__ = ["chromium", "site"]  # pytest finds fixtures by their names
SUBJECT = "#w-subject"


@pytest.mark.slow
def test_a_week_of_two_editors(site: LiveSite, chromium: Browser) -> None:
    hires(site, PUBLISHER, Role.PUBLISHER)
    writer = signs_in(chromium.new_context(), site, WRITER)
    publisher = signs_in(chromium.new_context(), site, PUBLISHER)
    for page in (writer, publisher):
        opens(page, site)
    both_write_the_same_words(site, writer, publisher)
    the_writer_drops_one_and_hands_in(site, writer)
    it_is_sent_back_and_mended(site, writer, publisher)
    an_edit_voids_the_approval(site, writer, publisher)
    a_double_click_sends_once(site, publisher)
    whose_sessions_are_ended_is_out(site, publisher)


def both_write_the_same_words(site: LiveSite, writer: Page, publisher: Page) -> None:
    """The second sees both versions and takes the first's."""
    saves(publisher, "The publisher's subject")
    writer.fill(SUBJECT, "The writer's subject")
    writer.click("text=Save the words")
    expect(writer.locator("section[role=alert]")).to_contain_text("The publisher's subject")
    assert issue_of(site).subject == "The publisher's subject"


def the_writer_drops_one_and_hands_in(site: LiveSite, writer: Page) -> None:
    """With a reason; who wrote it cannot approve it."""
    last = order(site)[-1]
    opens(writer, site)
    card = writer.locator(f"#c-{last}")
    card.get_by_text("Drop it").click()
    card.get_by_label("Why readers do not get it").fill("We had it last week")
    card.get_by_text("Into the tray").click()
    expect(writer.get_by_role("status")).to_contain_text("tray")
    acts(writer, "Hand in for approval")
    assert writer.get_by_text("Approve for").count() == 0


def it_is_sent_back_and_mended(site: LiveSite, writer: Page, publisher: Page) -> None:
    """With a reason, and handed in again."""
    opens(publisher, site)
    publisher.fill("#reason", "A plainer subject")
    acts(publisher, "Make it a draft again")
    site.rests()
    opens(writer, site)
    expect(writer.locator("main")).to_contain_text("A plainer subject")
    saves(writer, "Two verdicts")
    acts(writer, "Hand in for approval")


def an_edit_voids_the_approval(site: LiveSite, writer: Page, publisher: Page) -> None:
    """What changed is shown before it is approved once more."""
    opens(publisher, site)
    acts(publisher, "Approve for 2 readers")
    assert state(site) is IssueState.APPROVED
    opens(writer, site)
    saves(writer, "Two verdicts, plainly")
    assert state(site) is IssueState.DRAFT
    acts(writer, "Hand in for approval")
    opens(publisher, site)
    expect(publisher.locator("main ins").first).to_contain_text("plainly")
    acts(publisher, "Approve for 2 readers")


def a_double_click_sends_once(site: LiveSite, publisher: Page) -> None:
    """To each reader, what was approved."""
    publisher.get_by_text("Send now, without the ten minutes").dblclick()
    publisher.wait_for_load_state("networkidle")
    sends(site)
    with pytest.raises(NotAllowedError, match="it is sent"):
        sends(site)
    mailed = [message for message in site.mail if message.delivery]
    assert len(mailed) == len({message.recipient for message in mailed}) == 2
    assert state(site) is IssueState.SENT
    opens(publisher, site)
    publisher.click("text=What came of it")
    expect(publisher.get_by_role("row", name="sent 2")).to_be_visible()


def whose_sessions_are_ended_is_out(site: LiveSite, publisher: Page) -> None:
    """At once."""
    publisher.goto(f"{site.publication.base_url}/editor/account")
    with publisher.expect_navigation():
        publisher.click("text=End all sessions, this one too")
    opens(publisher, site)
    expect(publisher).to_have_url(re.compile("/editor/sign-in"))


def opens(page: Page, site: LiveSite) -> None:
    page.goto(site.publication.base_url + AT)


def saves(page: Page, subject: str) -> None:
    page.fill(SUBJECT, subject)
    acts(page, "Save the words")


def acts(page: Page, button: str) -> None:
    """Press a button that posts, and wait for the page that says what was done."""
    with page.expect_navigation(url="**?done=**"):
        page.get_by_role("button", name=button).click()


def state(site: LiveSite) -> IssueState:
    return issue_of(site).state


def sends(site: LiveSite) -> None:
    parts = site.parts
    send(site.sessions, Office(site.mail, site.signing, parts.publication, site.clock), WEEK)

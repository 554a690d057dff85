"""The desk in Chromium: read by everybody, without scripts, by the keyboard alone."""

import shutil
import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from db.engine import open_engine, open_sessions
from digest.model import Role
from tests.doors import desk
from tests.doors.desk import ADMIN, WRITER, hires, mailed_link
from tests.doors.site import LiveSite, serve
from tests.doors.test_issues_at_the_desk import AT, has_a_draft, order
from tests.judges import axe
from tests.judges.browser import PHONE, SCHEMES, SMALLEST, Screen

PAGES = (
    *("/editor", "/editor/issues", AT, f"{AT}?scheme=dark&part=text"),
    *("/editor/tools", "/editor/tools/notekeel", "/editor/verdicts", "/editor/launches"),
    *("/editor/feeds", "/editor/subscribers", "/editor/subscribers/1", f"{AT}/outcome"),
    *(
        "/editor/team",
        "/editor/tokens",
        "/editor/webhooks",
        "/editor/audit",
        "/editor/settings",
        "/editor/account",
    ),
)
DESKTOP = 1280


@pytest.fixture
def site(sqlite_url: str) -> Iterator[LiveSite]:
    """On the name and the port that its publication gives as its address, as browsers demand of
    passkeys; an admin and a writer are on the team."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    engine = open_engine(sqlite_url)
    base_url = f"http://localhost:{port}"
    with serve(open_sessions(engine), port=port, base_url=base_url) as site:
        hires(site, ADMIN, Role.ADMIN)
        hires(site, WRITER, Role.WRITER)
        has_a_draft(site)
        yield site
    engine.dispose()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    quiet = ["--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=shutil.which("chromium"), args=quiet)


def signs_in(context: BrowserContext, site: LiveSite, email: str) -> Page:
    """By the keyboard alone."""
    page = context.new_page()
    page.goto(f"{site.publication.base_url}/editor")
    page.focus("#email")
    page.keyboard.type(email)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Look into your inbox")
    site.rests()
    page.goto(site.publication.base_url + mailed_link(site))
    page.focus("main button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/editor")
    return page


def objections(page: Page) -> list[str]:
    """Of axe, and of the width, on a phone and a desktop, in light and in dark. The mail in its
    frame is judged by tests/email: nothing can look into a frame without scripts."""
    screen, found = Screen(page), []
    for width in (SMALLEST, PHONE, DESKTOP):
        for scheme in SCHEMES:
            screen.at(width, scheme)
            said = (one for one in axe.objections(page) if not one.startswith("frame-tested"))
            found += [f"{page.url} {width} {scheme}: {one}" for one in said]
        if screen.overflow > 0:
            found.append(f"{page.url} is {screen.overflow} px too wide at {width}")
    return found


@pytest.mark.slow
def test_axe_objects_to_no_page_of_the_desk(site: LiveSite, chromium: Browser) -> None:
    context = chromium.new_context(bypass_csp=True)  # for axe itself
    page = signs_in(context, site, ADMIN)
    for path in PAGES:
        page.goto(site.publication.base_url + path)
        page.evaluate("() => document.querySelectorAll('details').forEach(one => one.open = true)")
        assert objections(page) == []
    page.goto(f"{site.publication.base_url}/editor/team")
    page.fill("#email", WRITER)
    page.click("text=Add to the team")
    assert objections(page) == []
    context.close()


def test_axe_objects_to_no_page_before_the_door(site: LiveSite, chromium: Browser) -> None:
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    desk.Browser(site).post(desk.SIGN_IN, email=WRITER)
    for path in (desk.SIGN_IN, mailed_link(site), f"{desk.SIGN_IN}/none"):
        page.goto(site.publication.base_url + path)
        assert objections(page) == []
    context.close()


def test_the_desk_needs_no_script(site: LiveSite, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = signs_in(context, site, ADMIN)
    page.click("nav >> text=Team")
    page.fill("#email", "pat@desk.example")
    page.select_option("#role", "publisher")
    page.click("text=Add to the team")
    assert "pat@desk.example" in page.inner_text("main")
    page.click("text=Sign out")
    page.wait_for_url("**/editor/sign-in")
    context.close()


def test_a_page_of_another_site_changes_nothing(site: LiveSite, chromium: Browser) -> None:
    context = chromium.new_context()
    page = signs_in(context, site, ADMIN)
    csrf = page.get_attribute("input[name=csrf]", "value")
    page.route(
        "http://other.example/**",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f'<form method=post action="{site.publication.base_url}/editor/sign-out">'
            f'<input name=csrf value="{csrf}"><button>Win</button></form>',
        ),
    )
    page.goto("http://other.example/")
    page.click("button")
    page.wait_for_load_state()
    page.goto(f"{site.publication.base_url}/editor")
    assert "Good to see you" in page.inner_text("main")
    context.close()


def test_a_passkey_of_the_browser_signs_in(site: LiveSite, chromium: Browser) -> None:
    context = chromium.new_context()
    page = signs_in(context, site, WRITER)
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    verifying = {"hasUserVerification": True, "isUserVerified": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {**kind, **verifying}})
    page.click("nav >> text=Your account")
    page.fill("#name", "This machine")
    page.click("text=Add a passkey")
    page.wait_for_selector("strong >> text=This machine")
    page.click("text=Sign out")
    sent = len(site.mail)
    page.click("text=Sign in with a passkey")
    page.wait_for_url("**/editor")
    assert "Good to see you" in page.inner_text("main")
    assert len(site.mail) == sent
    context.close()


def test_who_says_no_to_the_passkey_is_told_what_else_there_is(
    site: LiveSite, chromium: Browser
) -> None:
    context = chromium.new_context()
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": kind})
    page.goto(site.publication.base_url + desk.SIGN_IN)
    page.click("text=Sign in with a passkey")
    page.wait_for_selector("[role=alert]:has-text('use the link in a mail')")
    context.close()


def test_an_issue_is_arranged_by_the_keyboard_alone(site: LiveSite, chromium: Browser) -> None:
    """What was moved keeps the focus, and a live region tells what was done."""
    context = chromium.new_context()
    page = signs_in(context, site, WRITER)
    first, second, *_ = order(site)
    page.goto(site.publication.base_url + AT)
    page.focus(f"#c-{second} button[value=lead]")
    page.keyboard.press("Enter")
    page.wait_for_url("**?done=moved**")
    assert order(site)[:2] == (second, first)
    assert page.inner_text("[role=status]") == "Moved."
    assert page.evaluate("() => document.activeElement.id") == f"c-{second}"
    page.fill("#w-subject", "A subject by hand")
    page.focus("#w-subject")
    page.keyboard.type("!")
    assert page.inner_text("#w-subject-n").startswith("18 characters")
    page.keyboard.press("Enter")
    page.wait_for_url("**?done=saved**")
    assert "A subject by hand!" in page.inner_text("main")
    frame = page.frame(url="**/preview*")
    assert frame is not None
    assert "head-to-heads" in frame.inner_text("body")
    context.close()

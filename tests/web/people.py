"""People at a browser: how each of them reaches what a page offers."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.doors.site import LiveSite

MOST_STOPS = 100  # of the Tab key on any page of ours
HAS_FOCUS = "element => element === document.activeElement"
FOCUS_SHOWS = """element => {
  const style = getComputedStyle(element);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return element.matches(":focus-visible") && (outlined || style.boxShadow !== "none");
}"""


@dataclass(frozen=True)
class Person:
    """Somebody on the site. What they press and fill in is the first that a CSS selector finds."""

    page: Page
    site: LiveSite

    def opens(self, path: str) -> None:
        """Type an address, or follow the link of a mail."""
        answer = self.page.goto(f"http://127.0.0.1:{self.site.port}{path}")
        assert answer
        assert answer.ok, f"{path}: {answer.status}"

    def fills_in(self, selector: str, text: str) -> None:
        self.page.locator(selector).first.fill(text)

    def presses(self, selector: str) -> None:
        self.page.locator(selector).first.click()

    def picks(self, name: str, value: str) -> None:
        """One of several: the radio button of that name and value."""
        self.page.locator(f"input[name={name}][value={value}]").check()

    def reads(self, heading: str) -> None:
        expect(self.page.locator("h1")).to_have_text(heading)


class KeyboardPerson(Person):
    """Has no mouse: reaches everything with Tab, and sees where they are."""

    def fills_in(self, selector: str, text: str) -> None:
        self._tabs_to(self.page.locator(selector).first)
        self.page.keyboard.type(text)

    def presses(self, selector: str) -> None:
        target = self.page.locator(selector).first
        self._tabs_to(target)
        is_link = target.evaluate("element => element.matches('a')")
        self.page.keyboard.press("Enter" if is_link else "Space")

    def picks(self, name: str, value: str) -> None:
        target = self.page.locator(f"input[name={name}][value={value}]")
        self._tabs_to(self.page.locator(f"input[name={name}]:checked"))
        for _ in range(self.page.locator(f"input[name={name}]").count()):
            if target.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} is never {value}, whatever arrow is pressed")

    def _tabs_to(self, target: Locator) -> None:
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            if target.evaluate(HAS_FOCUS):
                assert target.evaluate(FOCUS_SHOWS), "nobody sees that it has the focus"
                return
        raise AssertionError(f"{target} is not reached in {MOST_STOPS} presses of Tab")

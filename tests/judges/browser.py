"""Chromium: for pages, and for mails as a client with a good engine shows them, off the network."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, Self

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

HERE = Path(__file__).parent
FRAME, PHONE, SMALLEST = 640, 375, 320  # widths of a mail in CSS pixels
HEIGHT = 900

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")

# Text, word for word, without what styles do to its letters: all there is, or what can be seen.
WORDS = """(hidden) => {
  const said = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const visible = {checkOpacity: true, checkVisibilityCSS: true};
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (hidden || node.parentElement.checkVisibility(visible)) said.push(node.data);
  }
  return said.join(" ");
}"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@contextmanager
def chromium() -> Iterator["Screen"]:
    """The system's Chromium, for mails."""
    with browser() as opened:
        yield Screen(opened.new_page(offline=True))


@contextmanager
def browser() -> Iterator[Browser]:
    """The system's Chromium, with our fonts alone."""
    environment: dict[str, Any] = {**os.environ, "FONTCONFIG_FILE": str(HERE / "fonts.conf")}
    quiet = ["--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=quiet, env=environment
        )
        yield opened
        opened.close()


class Screen:
    """Shows one mail after the other; `asked` is what this one wanted from the network."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))

    def show(self, html: str) -> Self:
        self.asked.clear()
        self.page.set_content(html)
        return self.at(FRAME)

    def at(self, width: int, scheme: Scheme = "light") -> Self:
        self.page.set_viewport_size(ViewportSize(width=width, height=HEIGHT))
        self.page.emulate_media(color_scheme=scheme)
        return self

    def without_styles(self) -> Self:
        """As in a client that drops every `<style>` and keeps what stands at the elements."""
        self.page.evaluate("() => document.querySelectorAll('style').forEach(one => one.remove())")
        return self

    @property
    def overflow(self) -> int:
        """By how many pixels the mail is wider than the window."""
        found: int = self.page.evaluate(OVERFLOW)
        return found

    def words(self, *, hidden: bool = False) -> list[str]:
        found: str = self.page.evaluate(WORDS, hidden)
        return found.split()

    def picture(self) -> bytes:
        """All of the mail, as PNG."""
        return self.page.screenshot(full_page=True, animations="disabled")

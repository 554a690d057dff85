"""Where a request came from, as far as it can serve as proof of a consent."""

from dataclasses import replace

from starlette.requests import Request

from digest.model import Origin
from digest.web.security import client

LONGEST_AGENT, LONGEST_PATH = 300, 200  # what a stranger may have us keep


def origin(request: Request) -> Origin:
    agent = _printable(request.headers.get("user-agent", ""))[:LONGEST_AGENT]
    return Origin(ip=client(request), agent=agent)


def came_from(request: Request, page: str) -> Origin:
    """The same, with the path of the page whose button was pressed: ours, without its token."""
    return replace(origin(request), page=page)


def path_of(page: str) -> str:
    """The page that a form says it stood on, if that may be one of ours; else ""."""
    fine = page.startswith("/") and len(page) <= LONGEST_PATH and page.isprintable()
    return page if fine else ""


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())

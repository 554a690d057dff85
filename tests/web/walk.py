"""Every page the site has: by its links from the first one, and those of a reader's own, for which
the routes are read from the application."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from fastapi.routing import iter_route_contexts

from digest.web.app import application
from digest.web.pages import Pages
from tests.doors.site import Answer, LiveSite

PAGE = "text/html"
HREFS = "//a/@href | //link[@rel!='canonical']/@href | //script/@src | //img/@src"
PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
KNOWN = {"slug": "plainwright-vs-notekeel", "name": "2026-W47", "id": "2026-W47"}


class Route(NamedTuple):
    """A path with its parameters in braces, and what it can be asked with."""

    path: str
    methods: frozenset[str]


def routes(site: LiveSite) -> list[Route]:
    found = iter_route_contexts(application(site.parts, Pages(site.parts)).routes)
    return [Route(str(one.path), frozenset(one.methods or ())) for one in found]


def linked(site: LiveSite, start: str = "/") -> list[str]:
    """Paths that can be reached by links alone, pages and files alike."""
    found, ahead = [start], [start]
    while ahead:
        at = ahead.pop()
        answer = site.get(at)
        assert answer.status == 200, f"{at}: {answer.status}"
        if _is_html(answer):
            new = set(_addresses(site, at, answer.page.values(HREFS))) - set(found)
            found += sorted(new)
            ahead += sorted(new)
    return found


def _addresses(site: LiveSite, base: str, links: Sequence[str]) -> Iterator[str]:
    """Those of the site itself, without their fragments."""
    own = f"http://127.0.0.1:{site.port}"
    public = site.publication.base_url
    for link in links:
        at = urlsplit(urljoin(own + base, link.replace(public, own)))
        if f"{at.scheme}://{at.netloc}" == own:
            yield f"{at.path}?{at.query}" if at.query else at.path


def is_page(site: LiveSite, path: str) -> bool:
    return _is_html(site.get(path))


def _is_html(answer: Answer) -> bool:
    return (answer.headers["Content-Type"] or "").startswith(PAGE)


def readers_pages(site: LiveSite, tokens: Sequence[str], method: str = "GET") -> list[str]:
    """For each route that takes a token and the method a path, with a token that opens its page if
    there is one."""
    wanted = [one for one in routes(site) if "{token}" in one.path and method in one.methods]
    return [_opened(site, route.path, tokens) for route in wanted]


def _opened(site: LiveSite, route: str, tokens: Sequence[str]) -> str:
    filled = [fill(route, token=token) for token in tokens]
    return next((path for path in filled if site.get(path).status == 200), filled[0])


def field_names(site: LiveSite, path: str) -> list[str]:
    """Of the forms on a page."""
    return site.get(path).page.values("//form//@name")


def fill(route: str, **values: str) -> str:
    """A route's path with values for its parameters: what is not given is that of KNOWN."""
    return PARAMETER.sub(lambda found: (values | KNOWN)[found[1]], route)

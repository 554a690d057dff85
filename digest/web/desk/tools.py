"""Tools at the desk: the list, and one with its reviews."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request
from starlette.responses import Response

from digest.desk import tools
from digest.desk.signing_in import Visitor
from digest.desk.tools import Overtaken
from digest.errors import InputError, NotAllowedError
from digest.model import EntryPrice, Tool
from digest.pairing.changes import fingerprint
from digest.web.desk.guard import Act
from digest.web.desk.layout import TOOLS, Door, back_to
from digest.web.pages import Pages, Site
from digest.web.routes import BOTH, page_number

ONE = TOOLS + "/{name}"
Slug = Annotated[str, Path(pattern="^[a-z0-9][a-z0-9-]*$", max_length=400)]
Text = Annotated[str, Form()]
Texts = Annotated[tuple[str, ...], Form()]
LONGEST_SEARCH = 100


def router(site: Site, _: Pages, door: Door) -> APIRouter:
    routes = APIRouter()
    for serve in (_list, _one, _saving):
        serve(routes, site, door)
    return routes


def _listed(
    site: Site,
    door: Door,
    request: Request,
    who: Visitor,
    *,
    q: str = "",
    page: int = 1,
    wrong: str = "",
    typed: str = "",
) -> Response:
    words = q.strip()[:LONGEST_SEARCH]
    found = tools.found(site.sessions, words, page)
    told: dict[str, Any] = {"q": words, "page": page, "wrong": wrong, "typed": typed}
    told["tools"], told["more"] = found[: tools.PER_PAGE], len(found) > tools.PER_PAGE
    return door.page(request, who, "tools.html", here=TOOLS, status=422 if wrong else 200, **told)


def _list(routes: APIRouter, site: Site, door: Door) -> None:
    @routes.api_route(TOOLS, methods=BOTH)
    def look(
        request: Request,
        who: Annotated[Visitor, door.admits(Act.LOOK)],
        q: str = "",
        page: str = "1",
    ) -> Response:
        return _listed(site, door, request, who, q=q, page=page_number(page))

    @routes.post(TOOLS)
    def add(
        request: Request, who: Annotated[Visitor, door.admits(Act.EDIT)], name: Text = ""
    ) -> Response:
        try:
            made = tools.add_tool(site.sessions, name, door.hand(request, who))
        except (InputError, NotAllowedError) as error:
            return _listed(site, door, request, who, wrong=str(error), typed=name)
        return back_to(f"{TOOLS}/{made.slug}")


def _filled(tool: Tool) -> dict[str, Any]:
    """What the form shows of a tool, in the shape of the verdict file."""
    reviews = [
        {"reviewer": one.reviewer, "score": one.score, "call": one.call.value, "text": one.text}
        for one in tool.reviews
    ]
    plain = ("name", "tagline", "description", "category", "url", "pricing", "best_for")
    return {
        **{name: getattr(tool, name) for name in plain},
        "entry": tool.entry.value if tool.entry else None,
        "aliases": list(tool.aliases),
        "reviews": reviews,
    }


def _shown(
    door: Door,
    request: Request,
    who: Visitor,
    tool: Tool,
    *,
    typed: dict[str, Any] | None = None,
    seen: str = "",
    wrong: str = "",
    overtaken: Overtaken | None = None,
) -> Response:
    told: dict[str, Any] = {
        "tool": tool,
        "form": typed or _filled(tool),
        "seen": seen or fingerprint(tool),
        "prices": [price.value for price in EntryPrice],
        "wrong": wrong,
        "overtaken": overtaken,
        "done": request.query_params.get("done") == "saved",
    }
    status = 409 if overtaken else 422 if wrong else 200
    return door.page(request, who, "tool.html", here=TOOLS, status=status, **told)


def _one(routes: APIRouter, site: Site, door: Door) -> None:
    @routes.api_route(ONE, methods=BOTH)
    def look(
        request: Request, name: Slug, who: Annotated[Visitor, door.admits(Act.LOOK)]
    ) -> Response:
        return _shown(door, request, who, tools.tool(site.sessions, name))


def _reviews(
    reviewers: Texts, scores: Texts, calls: Texts, texts: Texts, left_out: Texts
) -> list[dict[str, Any]]:
    """The rows of the form that say something, but for those that are to go."""
    rows = zip(reviewers, scores, calls, texts, strict=False)
    return [
        {"reviewer": reviewer, "score": _number(score), "call": call, "text": text}
        for place, (reviewer, score, call, text) in enumerate(rows)
        if str(place) not in left_out and (reviewer.strip() or score.strip() or text.strip())
    ]


def _number(text: str) -> int | str:
    """A score as a number, or what was typed, for the message that refuses it."""
    short = text.strip()
    return int(short) if short.isascii() and short.isdecimal() and len(short) < 10 else text


def _saving(routes: APIRouter, site: Site, door: Door) -> None:
    @routes.post(ONE)
    def save(
        request: Request,
        name: Slug,
        who: Annotated[Visitor, door.admits(Act.EDIT)],
        seen: Text = "",
        title: Text = "",
        tagline: Text = "",
        description: Text = "",
        category: Text = "",
        url: Text = "",
        pricing: Text = "",
        entry: Text = "",
        best_for: Text = "",
        aliases: Text = "",
        reviewer: Texts = (),
        score: Texts = (),
        call: Texts = (),
        text: Texts = (),
        remove: Texts = (),
    ) -> Response:
        typed: dict[str, Any] = {
            "name": title,
            "tagline": tagline,
            "description": description,
            "category": category,
            "url": url,
            "pricing": pricing,
            "entry": entry or None,
            "best_for": best_for,
            "aliases": [line.strip() for line in aliases.splitlines() if line.strip()],
            "reviews": _reviews(reviewer, score, call, text, remove),
        }
        try:
            hand = door.hand(request, who)
            overtaken = tools.save_tool(site.sessions, name, seen, typed, hand)
        except InputError as error:
            tool = tools.tool(site.sessions, name)
            return _shown(door, request, who, tool, typed=typed, seen=seen, wrong=str(error))
        if overtaken:
            return _shown(door, request, who, overtaken.tool, typed=typed, overtaken=overtaken)
        return back_to(f"{TOOLS}/{name}?done=saved")

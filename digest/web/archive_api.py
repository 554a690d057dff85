"""What programs read of the archive: JSON under `/api/v1`, described by its `openapi.json`.

Texts are the publication's own, in its language; addresses are whole.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from digest import archive
from digest.archive import Listing, Version
from digest.issues.syndication import comparison_url
from digest.model import Call, Comparison, EntryPrice, Issue, PanelCall, Publication, Tool
from digest.web.pages import A_MINUTE, Pages, Site
from digest.web.structured_data import tool_url

MEDIA_TYPE = "application/json"
Shown = TypeVar("Shown")


class Problem(BaseModel):
    """Why there is no other answer."""

    detail: str


class ReviewOut(BaseModel):
    reviewer: str
    score: int = Field(ge=0, le=100)
    call: Call
    text: str


class VerdictOut(BaseModel):
    """A tool's reviews together."""

    call: PanelCall
    ships: int
    skips: int
    percent_ship: int
    average: int


class VotesOut(BaseModel):
    """The community's counts."""

    ship: int
    skip: int


class ToolOut(BaseModel):
    """A tool; `verdict` is null while the panel has not looked at it."""

    slug: str
    name: str
    page: str = Field(description="The address of the tool's page here.")
    tagline: str
    description: str
    category: str
    url: str = Field(description="The tool's own address; empty where it is not known.")
    pricing: str
    entry: EntryPrice | None = Field(description="What it costs to start; null: not known.")
    best_for: str
    verdict: VerdictOut | None
    reviews: list[ReviewOut]
    votes: VotesOut


class ComparisonLine(BaseModel):
    """A comparison as a list shows it."""

    slug: str
    title: str
    page: str = Field(description="The address of the comparison's page.")
    category: str
    challenger: str = Field(description="The slug of the tool that was launched.")
    incumbent: str = Field(description="The slug of the tool it is read against.")
    outcome: str
    takeaway: str
    published_at: datetime
    updated_at: datetime


class ComparisonOut(ComparisonLine):
    """A comparison whole."""

    picture: str = Field(description="The address of its picture, 1200 by 630 pixels.")
    why: str = Field(description="Why these two are read against each other.")
    tools: list[ToolOut] = Field(description="The challenger, then the incumbent.")


class IssueLine(BaseModel):
    """An issue as a list shows it."""

    id: str
    page: str
    kind: str
    dated: date
    subject: str
    preheader: str


class IssueOut(IssueLine):
    """An issue with its comparisons, in its order and its words."""

    headline: str
    intro: str
    comparisons: list[ComparisonLine]


class PageOf(BaseModel, Generic[Shown]):
    """One page of a list; `next` is the number of the page after it, or null."""

    page: int
    next: int | None
    items: list[Shown]


PageNumber = Annotated[int, Query(ge=1, le=99_999, description="Counted from 1.")]
MISSING: dict[int | str, dict[str, Any]] = {
    304: {"description": "You hold the newest answer: its ETag was in If-None-Match."},
    404: {"model": Problem, "description": "Nothing goes by this name, or the list has ended."},
}


def router(site: Site, pages: Pages) -> APIRouter:
    api = APIRouter(prefix="/api/v1", tags=["archive"], responses=MISSING)
    _comparisons(api, site, pages)
    _tools(api, site, pages)
    _issues(api, site, pages)
    return api


def _comparisons(api: APIRouter, site: Site, pages: Pages) -> None:
    publication, spoken = site.publication, site.publication.language

    @api.get("/comparisons", response_model=PageOf[ComparisonLine])
    def comparisons(
        request: Request,
        page: PageNumber = 1,
        category: Annotated[str, Query(description="The slug of a category.")] = "",
    ) -> Response:
        """Comparisons, the newest first."""

        def made() -> BaseModel:
            found = (
                archive.shelf(site.sessions, category, page, spoken).listing
                if category
                else archive.listing(site.sessions, page, language=spoken)
            )
            return paged(found, lambda one: ComparisonLine(**_line(one, publication)))

        def version() -> Version:
            if category:
                return archive.shelf_version(site.sessions, category, page)
            return archive.listing_version(site.sessions, page)

        return _answer(pages, request, f"comparisons?{category}&{page}", version, made)

    @api.get("/comparisons/{slug}", response_model=ComparisonOut)
    def comparison(request: Request, slug: str) -> Response:
        """One comparison whole, with both tools and every review."""

        def made() -> BaseModel:
            shown, pair = archive.compared(site.sessions, slug, spoken)
            tools = [tool_out(one, publication) for one in pair]
            picture = f"{comparison_url(publication, slug)}/picture.png"
            line = _line(shown, publication)
            return ComparisonOut(**line, picture=picture, why=shown.why, tools=tools)

        def version() -> Version:
            return archive.comparison_version(site.sessions, slug)

        return _answer(pages, request, f"comparisons/{slug}", version, made)


def _tools(api: APIRouter, site: Site, pages: Pages) -> None:
    @api.get("/tools/{slug}", response_model=ToolOut)
    def tool(request: Request, slug: str) -> Response:
        """One tool with its verdict, its reviews and its votes."""

        def made() -> BaseModel:
            sheet = archive.tool(site.sessions, slug)
            return tool_out(sheet.tool, site.publication)

        def version() -> Version:
            return archive.tool_version(site.sessions, slug)

        return _answer(pages, request, f"tools/{slug}", version, made)


def _issues(api: APIRouter, site: Site, pages: Pages) -> None:
    publication, spoken = site.publication, site.publication.language

    @api.get("/issues", response_model=PageOf[IssueLine])
    def issues(request: Request, page: PageNumber = 1) -> Response:
        """Issues that have gone out, the newest first."""

        def made() -> BaseModel:
            found = archive.issues(site.sessions, page)
            return paged(found, lambda one: IssueLine(**_issue(one, publication)))

        def version() -> Version:
            return archive.issues_version(site.sessions, page)

        return _answer(pages, request, f"issues?{page}", version, made)

    @api.get("/issues/{name}", response_model=IssueOut)
    def issue(request: Request, name: str) -> Response:
        """One issue with its comparisons."""

        def made() -> BaseModel:
            sheet = archive.issue(site.sessions, name, spoken)
            lines = [ComparisonLine(**_line(one, publication)) for one in sheet.shown]
            told = {"headline": sheet.issue.headline, "intro": sheet.issue.intro}
            return IssueOut(**_issue(sheet.issue, publication), **told, comparisons=lines)

        def version() -> Version:
            return archive.issue_version(site.sessions, name)

        return _answer(pages, request, f"issues/{name}", version, made)


def tool_out(tool: Tool, publication: Publication) -> ToolOut:
    verdict = tool.verdict
    told = VerdictOut.model_validate(verdict, from_attributes=True) if verdict else None
    names = ("slug", "name", "tagline", "description", "category", "url", "pricing", "best_for")
    return ToolOut(
        **{name: getattr(tool, name) for name in names},
        page=tool_url(publication, tool.slug),
        entry=tool.entry,
        verdict=told,
        reviews=[ReviewOut.model_validate(one, from_attributes=True) for one in tool.reviews],
        votes=VotesOut.model_validate(tool.votes, from_attributes=True),
    )


def paged(listing: Listing[Shown], line: Callable[[Shown], BaseModel]) -> PageOf[Any]:
    following = listing.page + 1 if listing.more else None
    return PageOf[Any](page=listing.page, next=following, items=list(map(line, listing.shown)))


def _line(one: Comparison, publication: Publication) -> dict[str, Any]:
    names = ("slug", "title", "category", "outcome", "takeaway", "published_at", "updated_at")
    return {
        **{name: getattr(one, name) for name in names},
        "page": comparison_url(publication, one.slug),
        "challenger": one.a.slug,
        "incumbent": one.b.slug,
    }


def _issue(one: Issue, publication: Publication) -> dict[str, Any]:
    names = ("id", "kind", "dated", "subject", "preheader")
    told = {name: getattr(one, name) for name in names}
    return {**told, "page": f"{publication.base_url}/issues/{one.id}"}


def _answer(
    pages: Pages,
    request: Request,
    key: str,
    version: Callable[[], Version],
    make: Callable[[], BaseModel],
) -> Response:
    def made() -> bytes:
        return make().model_dump_json().encode()

    return pages.known_bytes(request, f"/api/v1/{key}", version, made, MEDIA_TYPE, A_MINUTE)

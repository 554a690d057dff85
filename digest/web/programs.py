"""What programs that hold a token do by the API: write tools and verdicts, and read how the
deliveries of an issue stand. Everything here wants `Authorization: Bearer`, and looks at no cookie.
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from digest.desk import looking, tokens, verdicts
from digest.desk.record import Hand
from digest.desk.verdicts import ToolRecord
from digest.model import ApiToken, DeliveryState, Scope
from digest.web.api import PREFIX
from digest.web.archive_api import Problem
from digest.web.origin import origin
from digest.web.pages import Site
from digest.web.structured_data import tool_url

Slug = Annotated[str, Path(pattern="^[a-z0-9][a-z0-9-]*$", max_length=300)]


def _plainly(told: str) -> dict[str, Any]:
    """An answer of the guards before the site, which know no JSON."""
    return {"description": told, "content": {"text/plain": {"schema": {"type": "string"}}}}


NOT_KEPT = {"Cache-Control": "no-store"}
REFUSED: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "No token, or one that is not in use."},
    403: {"model": Problem, "description": "The token is for something else."},
}
FAULTY: dict[int | str, dict[str, Any]] = {
    408: _plainly("The body was not whole after 20 seconds."),
    413: _plainly("The request is larger than any may be."),
    422: {"model": Problem, "description": "What is wrong, with the name of the field."},
}


class ToolPut(BaseModel):
    """What writing a tool did."""

    slug: str
    change: Literal["added", "changed", "same"]
    page: str = Field(description="The address of the tool's page here.")


class DeliveriesOut(BaseModel):
    """The deliveries of an issue by state; states that none is in are left out."""

    issue: str
    state: str = Field(description="Of the issue: draft, review, approved, sending, sent, …")
    deliveries: dict[str, int]


class Holder:
    """Lets in who holds a token for the scope; as a FastAPI dependency it gives the token."""

    def __init__(self, site: Site, scope: Scope) -> None:
        self._site, self._scope = site, scope

    def __call__(
        self,
        shown: Annotated[
            HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))
        ],
    ) -> ApiToken:
        secret = shown.credentials if shown else ""
        found = tokens.bearer(self._site.sessions, self._site.clock, secret) if secret else None
        if found is None:
            challenge = {"WWW-Authenticate": "Bearer", **NOT_KEPT}
            raise HTTPException(401, "This needs a token that is in use.", challenge)
        if self._scope not in found.scopes:
            said = f"This token is not for {self._scope.value}."
            lacks = f'Bearer error="insufficient_scope", scope="{self._scope.value}"'
            raise HTTPException(403, said, {"WWW-Authenticate": lacks, **NOT_KEPT})
        return found


def router(site: Site) -> APIRouter:
    programs = APIRouter(prefix=PREFIX, responses=REFUSED)
    _tools(programs, site)
    _deliveries(programs, site)
    return programs


def _tools(programs: APIRouter, site: Site) -> None:
    @programs.put(
        "/tools/{slug}",
        response_model=ToolPut,
        responses={201: {"model": ToolPut, "description": "The tool is new."}, **FAULTY},
    )
    def put(
        request: Request,
        slug: Slug,
        record: ToolRecord,
        token: Annotated[ApiToken, Depends(Holder(site, Scope.TOOLS))],
    ) -> Response:
        """Write a tool with its reviews, whole, in the shape that it has in a verdict file. Doing
        it again changes nothing. The comparisons it stands in are updated with it."""
        if record.slug not in ("", slug):
            raise HTTPException(
                422, f"slug: is {record.slug}, and the address says {slug}", NOT_KEPT
            )
        tool = record.model_copy(update={"slug": slug}).value()
        hand = Hand(f"token {token.name}", site.clock(), origin(request).ip)
        change = verdicts.put_verdict(site.sessions, tool, hand)
        told = {"slug": slug, "change": change, "page": tool_url(site.publication, slug)}
        return JSONResponse(told, 201 if change == "added" else 200, NOT_KEPT)


def _deliveries(programs: APIRouter, site: Site) -> None:
    @programs.get(
        "/issues/{name}/deliveries",
        response_model=DeliveriesOut,
        responses={404: {"model": Problem, "description": "There is no such issue."}},
    )
    def deliveries(
        name: Annotated[str, Path(max_length=300)],
        _: Annotated[ApiToken, Depends(Holder(site, Scope.READ))],
    ) -> Response:
        """How the deliveries of an issue stand, in sum: no reader is named."""
        issue, counts = looking.progress(site.sessions, name)
        told = {state.value: counts[state] for state in DeliveryState if counts.get(state)}
        whole = {"issue": issue.id, "state": issue.state.value, "deliveries": told}
        return JSONResponse(whole, headers=NOT_KEPT)

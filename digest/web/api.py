"""The API for programs: signing a reader up, by the same rules as the form."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from digest import subscriptions
from digest.errors import InputError
from digest.language import gettext_noop
from digest.subscriptions import Signs
from digest.web.joining import answered, wrong
from digest.web.origin import origin
from digest.web.pages import Site

PREFIX = "/api/v1"
ACCEPTED = gettext_noop(
    "If the address is right, a mail is on its way to it. It holds a link that confirms you want "
    "%(list)s; nothing is sent before you follow it."
)


class SignUp(BaseModel):
    """An address that wants our mails. `proof` is a solution of `GET /challenge`, without which a
    program meets stricter limits."""

    email: Annotated[str, Field(max_length=320)]
    categories: Annotated[list[str], Field(max_length=20)] = []
    proof: Annotated[str, Field(max_length=2000)] = ""


class Told(BaseModel):
    """What came of a request, in a sentence."""

    detail: str


def router(site: Site) -> APIRouter:
    programs = APIRouter(prefix=PREFIX)
    publication = site.publication
    accepted = publication.language.gettext(ACCEPTED, list=publication.list_name)

    @programs.post(
        "/subscribers", status_code=202, response_model=Told, responses={422: {"model": Told}}
    )
    def sign_up(request: Request, asked: SignUp) -> Response:
        """Ask a reader to confirm. The answer is the same whether the address is known or not, and
        whether a mail is due or not."""
        try:
            wish = subscriptions.wish(
                site.invitations,
                asked.email,
                asked.categories,
                source="api",
                origin=origin(request),
                signs=Signs(proof=asked.proof),
            )
        except InputError as error:
            return JSONResponse({"detail": wrong(site, error)}, 422)
        return answered(JSONResponse({"detail": accepted}, 202), site, wish)

    return programs


def fault(error: Exception) -> Response:
    """What is wrong with a request, in a line that names the field."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if part != "body")
    return JSONResponse({"detail": f"{where}: {first['msg']}" if where else first["msg"]}, 422)


def refusal(error: HTTPException) -> Response:
    """As JSON; a body that cannot be read at all (400 to FastAPI) is as wrong as any other."""
    status = 422 if error.status_code == 400 else error.status_code
    return JSONResponse({"detail": error.detail}, status, error.headers)

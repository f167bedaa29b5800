"""`/aas/oauth2`: the sign-in page, the authorization code and its exchange for tokens."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.templating import Jinja2Templates

from bilet_esia_standin import refusals
from bilet_esia_standin.people import Person
from bilet_esia_standin.refusals import Refusal
from bilet_esia_standin.standin import Running, Standin, single_values

SCOPES = frozenset(
    {"openid", "fullname", "birthdate", "gender", "snils", "inn", "email", "mobile", "contacts"}
    | {"kid_fullname", "kid_birthdate", "kid_gender", "kid_snils", "kid_inn"}
)
LOGIN_PARAMETER = "standin_login"
OFFERED_PERSONS = 10
_SIGNED = ("client_id", "client_secret", "client_certificate_hash", "scope", "state", "timestamp", "redirect_uri")

router = APIRouter(prefix="/aas/oauth2")
templates = Jinja2Templates(directory=Path(__file__).parent / "templates")


@dataclass(frozen=True, slots=True)
class Asked:
    """An authorization request that passed every check."""

    scopes: tuple[str, ...]
    state: str
    redirect_uri: str
    nonce: str | None


@router.get("/v2/ac", response_model=None)
async def authorize(request: Request, standin: Running) -> Response:
    """Show the sign-in page; with `standin_login=<login>` sign that person in at once, for programs."""
    return _sign_in(request, standin, request.query_params.get(LOGIN_PARAMETER))


@router.post("/v2/ac", response_model=None)
async def sign_in(request: Request, standin: Running, login: Annotated[str, Form()] = "") -> Response:
    """Take the login typed on the page; the address still carries the signed request."""
    return _sign_in(request, standin, login)


@router.post("/v3/te")
async def exchange(request: Request, standin: Running) -> dict[str, Any]:
    """Exchange an authorization code for an access token and an id token."""
    async with request.form() as form:
        parameters = single_values(form, *_SIGNED, "grant_type", "token_type", "code")
    standin.check_client(parameters)
    if parameters["grant_type"] != "authorization_code":
        raise refusals.wrong_parameter("grant_type")
    standin.check_signature(parameters, "client_id", "scope", "timestamp", "state", "redirect_uri", "code")
    grant = standin.grants.redeem(parameters["code"], redirect_uri=parameters["redirect_uri"])
    person = standin.people.by_oid(grant.oid)
    if person is None:
        raise refusals.invalid_code()
    return standin.tokens.answer(grant, person, parameters["state"])


def _sign_in(request: Request, standin: Standin, login: str | None) -> Response:
    try:
        parameters = single_values(request.query_params, "client_id", "redirect_uri")
        standin.check_client(parameters)
    except Refusal as refusal:
        return _refusal_page(request, refusal)
    try:
        asked = _read(single_values(request.query_params, *_SIGNED, "response_type", "access_type"), standin)
    except Refusal as refusal:
        answer = {"error": refusal.error, "error_description": refusal.description}
        return _back(parameters["redirect_uri"], answer | {"state": parameters.get("state", "")})
    if login is None:
        return _page(request, standin, wrong=False)
    person = standin.people.by_login(login)
    if person is None:
        return _page(request, standin, wrong=True)
    return _welcome(standin, asked, person)


def _read(parameters: dict[str, str], standin: Standin) -> Asked:
    if parameters["response_type"] != "code":
        raise refusals.wrong_parameter("response_type")
    if parameters["access_type"] not in {"online", "offline"}:
        raise refusals.wrong_parameter("access_type")
    scopes = tuple(parameters["scope"].split())
    if "openid" not in scopes or not SCOPES.issuperset(scopes):
        raise refusals.unknown_scope()
    standin.check_signature(parameters, "client_id", "scope", "timestamp", "state", "redirect_uri")
    return Asked(scopes, parameters["state"], parameters["redirect_uri"], parameters.get("nonce"))


def _welcome(standin: Standin, asked: Asked, person: Person) -> Response:
    code = standin.grants.issue(oid=person.oid, scopes=asked.scopes, redirect_uri=asked.redirect_uri, nonce=asked.nonce)
    return _back(asked.redirect_uri, {"code": code, "state": asked.state})


def _back(redirect_uri: str, parameters: dict[str, str]) -> Response:
    separator = "&" if "?" in redirect_uri else "?"
    return RedirectResponse(f"{redirect_uri}{separator}{urlencode(parameters)}", status_code=303)


def _page(request: Request, standin: Standin, *, wrong: bool) -> HTMLResponse:
    context = {"wrong": wrong, "persons": standin.people.some(OFFERED_PERSONS)}
    return templates.TemplateResponse(request, "login.html", context, status_code=401 if wrong else 200)


def _refusal_page(request: Request, refusal: Refusal) -> HTMLResponse:
    return templates.TemplateResponse(
        request, "refusal.html", {"description": refusal.description}, status_code=refusal.status
    )

"""The authorization code flow of ЕСИА v2/v3, as far as we use it.

Source of names and order: «Методические рекомендации по использованию ЕСИА», sections on `v2/ac` and `v3/te`.
"""

import base64
import hashlib
import re
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import urlencode

import httpx
import jwt
from pydantic import ValidationError

from bilet_identity.esia.answers import Answer, ContactsAnswer, KidsAnswer, PersonAnswer, TokenAnswer, to_person
from bilet_identity.esia.errors import EsiaAnswerInvalid, EsiaRefused, EsiaUnavailable
from bilet_identity.esia.person import EsiaPerson
from bilet_identity.esia.signing import Signer

SCOPE = "openid fullname birthdate snils email mobile kid_fullname kid_birthdate kid_snils"
TIMEOUT = httpx.Timeout(5.0, connect=2.0)
CLOCK_LEEWAY_SECONDS = 30

AnswerT = TypeVar("AnswerT", bound=Answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class EsiaConfiguration:
    """Where ЕСИА is and who we are to it.

    `public_key` (PEM) checks its tokens' signatures; `portal_url` is where a browser finds it, when that differs
    from `base_url`.
    """

    base_url: str
    client_id: str
    redirect_uri: str
    public_key: str
    issuer: str = "http://esia.gosuslugi.ru/"
    portal_url: str | None = None


def _real_now() -> datetime:
    return datetime.now(UTC)


class EsiaClient:
    """Sends people to ЕСИА and reads who came back. Its clock is the real one: signatures never follow business time."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        configuration: EsiaConfiguration,
        signer: Signer,
        *,
        clock: Callable[[], datetime] = _real_now,
    ) -> None:
        self._http = http
        self._configuration = configuration
        self._signer = signer
        self._clock = clock

    def authorize_url(self, state: str) -> str:
        """Where to send the browser. `state` is ours to remember, to compare, and to give to `exchange`."""
        configuration = self._configuration
        signed = self._signed(state)
        parameters = signed | {
            "response_type": "code",
            "access_type": "online",
            "nonce": nonce_of(state),
        }
        portal = configuration.portal_url or configuration.base_url
        return f"{portal}/aas/oauth2/v2/ac?{urlencode(parameters)}"

    async def exchange(self, code: str, *, state: str) -> EsiaPerson:
        """Exchange the code that came back with `state` for the person behind it.

        Raises EsiaUnavailable when ЕСИА is out of reach, EsiaRefused when it says no (a used or expired code),
        EsiaAnswerInvalid when its answer or token is not meant for us or for this sign-in.
        """
        tokens = await self._exchange_code(code)
        oid, trusted = self._read_id_token(tokens.id_token, nonce=nonce_of(state))
        person = await self._read(f"/rs/prns/{oid}", tokens, PersonAnswer)
        contacts = await self._read(f"/rs/prns/{oid}/ctts?embed=(elements)", tokens, ContactsAnswer)
        if person.trusted != trusted:
            raise EsiaAnswerInvalid("the token and the person's data disagree on whether the account is confirmed")
        kids = KidsAnswer()
        if trusted:
            kids = await self._read(f"/rs/prns/{oid}/kids?embed=(elements)", tokens, KidsAnswer)
        return to_person(oid, person, contacts, kids)

    async def _exchange_code(self, code: str) -> TokenAnswer:
        state = str(uuid.uuid4())
        form = self._signed(state, code) | {
            "grant_type": "authorization_code",
            "token_type": "Bearer",
            "code": code,
        }
        request = self._http.build_request("POST", self._address("/aas/oauth2/v3/te"), data=form, timeout=TIMEOUT)
        tokens = _parsed(await self._send(request), TokenAnswer)
        if not secrets.compare_digest(tokens.state.encode(), state.encode()):
            raise EsiaAnswerInvalid("the tokens answer another request")
        return tokens

    async def _read(self, path: str, tokens: TokenAnswer, model: type[AnswerT]) -> AnswerT:
        headers = {"Authorization": f"Bearer {tokens.access_token}"}
        request = self._http.build_request("GET", self._address(path), headers=headers, timeout=TIMEOUT)
        return _parsed(await self._send(request), model)

    async def _send(self, request: httpx.Request) -> httpx.Response:
        try:
            response = await self._http.send(request)
        except httpx.TransportError as error:
            raise EsiaUnavailable(type(error).__name__) from None
        if response.is_server_error or response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise EsiaUnavailable(f"HTTP {response.status_code}")
        if response.status_code != httpx.codes.OK:
            raise _refusal(response)
        return response

    def _signed(self, state: str, *more: str) -> dict[str, str]:
        """Sign parameters as both endpoints want it: their values joined without separators, `more` at the end."""
        configuration = self._configuration
        timestamp = self._clock().strftime("%Y.%m.%d %H:%M:%S %z")
        values = (configuration.client_id, SCOPE, timestamp, state, configuration.redirect_uri, *more)
        signature = self._signer.sign("".join(values).encode())
        return {
            "client_id": configuration.client_id,
            "client_secret": base64.urlsafe_b64encode(signature).decode(),
            "client_certificate_hash": self._signer.certificate_hash,
            "scope": SCOPE,
            "timestamp": timestamp,
            "state": state,
            "redirect_uri": configuration.redirect_uri,
        }

    def _read_id_token(self, token: str, *, nonce: str) -> tuple[str, bool]:
        """Read the person's id, and whether the account is confirmed."""
        configuration = self._configuration
        try:
            claims = jwt.decode(
                token,
                configuration.public_key,
                algorithms=["RS256"],
                audience=configuration.client_id,
                issuer=configuration.issuer,
                leeway=CLOCK_LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "aud", "iss", "nonce", "urn:esia:sbj"]},
            )
        except jwt.PyJWTError as error:
            raise EsiaAnswerInvalid(f"id token: {type(error).__name__}") from None
        if not secrets.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise EsiaAnswerInvalid("id token: the nonce is another sign-in's")
        return _subject(claims["urn:esia:sbj"])

    def _address(self, path: str) -> str:
        return f"{self._configuration.base_url}{path}"


def nonce_of(state: str) -> str:
    """Derive the nonce that ties an id token to the browser session that remembers `state`, without a second secret."""
    return hashlib.sha256(f"esia-nonce:{state}".encode()).hexdigest()


def _subject(claim: object) -> tuple[str, bool]:
    if not isinstance(claim, dict):
        raise EsiaAnswerInvalid("id token: no subject")
    oid = str(claim.get("urn:esia:sbj:oid", ""))
    if not re.fullmatch(r"[1-9]\d{0,17}", oid):
        raise EsiaAnswerInvalid("id token: no subject id")
    return oid, claim.get("urn:esia:sbj:is_tru") is True


def _parsed(response: httpx.Response, model: type[AnswerT]) -> AnswerT:
    try:
        return model.model_validate_json(response.content)
    except ValidationError as error:
        places = ", ".join(".".join(map(str, item["loc"])) or "body" for item in error.errors(include_input=False))
        raise EsiaAnswerInvalid(f"{model.__name__}: {places}") from None


def _refusal(response: httpx.Response) -> EsiaRefused:
    """Keep the error's word and number; the rest of the text stays unread."""
    try:
        body = response.json()
    except ValueError:
        body = {}
    fields = body if isinstance(body, dict) else {}
    word = re.fullmatch(r"[a-z_]{1,40}", str(fields.get("error", "")))
    number = re.match(r"ESIA-(\d{6})", str(fields.get("error_description", "")))
    return EsiaRefused(word.group() if word else f"HTTP {response.status_code}", number.group(1) if number else None)

"""The parts of the stand-in put together, and the checks that both signed endpoints share."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import ImmutableMultiDict

from bilet_esia_standin import refusals
from bilet_esia_standin.grants import Grants
from bilet_esia_standin.people import People
from bilet_esia_standin.settings import StandinSettings
from bilet_esia_standin.signatures import ClientKey, load_client_key
from bilet_esia_standin.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Standin:
    """Everything that one running stand-in remembers and signs with."""

    settings: StandinSettings
    client_key: ClientKey
    people: People
    grants: Grants
    tokens: Tokens
    clock: Callable[[], datetime]

    def check_client(self, parameters: dict[str, str]) -> None:
        """Raise Refusal unless client, certificate and return address are the registered ones."""
        if parameters["client_id"] != self.settings.client_id:
            raise refusals.unknown_client()
        if parameters["redirect_uri"] not in self.settings.redirect_uris:
            raise refusals.unknown_redirect()

    def check_signature(self, parameters: dict[str, str], *signed: str) -> None:
        """Raise Refusal unless `client_secret` signs the named parameters in this order, recently."""
        if parameters["client_certificate_hash"].upper() != self.client_key.certificate_hash:
            raise refusals.unknown_client()
        self._check_time(parameters["timestamp"])
        message = "".join(parameters[name] for name in signed)
        if not self.client_key.signed(message, parameters["client_secret"]):
            raise refusals.wrong_signature()

    def _check_time(self, timestamp: str) -> None:
        try:
            moment = datetime.strptime(timestamp, "%Y.%m.%d %H:%M:%S %z")
        except ValueError:
            raise refusals.wrong_parameter("timestamp") from None
        if abs(self.clock() - moment) > self.settings.request_tolerance:
            raise refusals.wrong_time()


def build(settings: StandinSettings, clock: Callable[[], datetime]) -> Standin:
    """Put a stand-in together. Raises ValueError when a key cannot be read."""
    return Standin(
        settings=settings,
        client_key=load_client_key(settings.client_certificate),
        people=People(),
        grants=Grants(lifetime=settings.code_lifetime, clock=clock),
        tokens=Tokens(
            signing_key=settings.signing_key,
            issuer=settings.issuer,
            client_id=settings.client_id,
            lifetime=settings.token_lifetime,
        ),
        clock=clock,
    )


def real_now() -> datetime:
    """Read real time: signatures, codes and tokens never follow the business clock."""
    return datetime.now(UTC)


def single_values(items: ImmutableMultiDict[str, object], *required: str) -> dict[str, str]:
    """Read the parameters of a request, each of which may come once. Raises Refusal naming the first bad one."""
    values: dict[str, str] = {}
    for name, value in items.multi_items():
        if name in values or not isinstance(value, str):
            raise refusals.wrong_parameter(name)
        values[name] = value
    for name in required:
        if not values.get(name):
            raise refusals.missing_parameter(name)
    return values


def _running(request: Request) -> Standin:
    standin: Standin = request.app.state.standin
    return standin


Running = Annotated[Standin, Depends(_running)]

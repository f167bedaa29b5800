"""Settings of the stand-in; it exists only where no real person's data can be."""

from datetime import timedelta
from typing import Literal

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class StandinSettings(BaseSettings):
    """What the stand-in needs to start, read from `BILET_ESIA_STANDIN_*` (and `BILET_ENVIRONMENT`).

    Any environment but `local` and `test` is refused by validation. `client_certificate` is the PEM of our
    client's X.509 certificate or bare public key, `signing_key` the RSA key that signs the tokens.
    """

    model_config = SettingsConfigDict(
        env_prefix="BILET_ESIA_STANDIN_", extra="ignore", hide_input_in_errors=True, populate_by_name=True
    )

    environment: Literal["local", "test"] = Field(validation_alias=AliasChoices("BILET_ENVIRONMENT", "environment"))
    client_id: str = "BILET"
    client_certificate: str
    redirect_uris: tuple[str, ...] = Field(min_length=1)
    signing_key: str
    issuer: str = "http://esia.gosuslugi.ru/"
    request_tolerance: timedelta = timedelta(minutes=5)
    code_lifetime: timedelta = timedelta(minutes=1)
    token_lifetime: timedelta = timedelta(hours=1)
    http_host: str = "127.0.0.1"
    http_port: int = 8090

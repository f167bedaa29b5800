"""Settings of the diagnostics service."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from bilet_kit.settings import ServiceSettings


class InstrumentsSettings(BaseSettings):
    """Where the instruments lie: all that a command needs that only reads files.

    Attributes:
        instruments_dir: another folder of instrument files than the packaged one.
    """

    model_config = SettingsConfigDict(env_prefix="BILET_", hide_input_in_errors=True, extra="ignore")

    instruments_dir: Path | None = None


class Settings(ServiceSettings, InstrumentsSettings):
    """The settings of every service, and where the instruments lie."""

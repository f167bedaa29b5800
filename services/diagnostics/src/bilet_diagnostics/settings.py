"""Settings of the diagnostics service."""

from pathlib import Path

from bilet_kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """What every service needs, and where the instruments lie.

    Attributes:
        instruments_dir: another folder of instrument files than the packaged one.
    """

    instruments_dir: Path | None = None

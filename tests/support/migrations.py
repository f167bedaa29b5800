"""Bringing a new database to the schema of a service, by its own migrations."""

from pathlib import Path

from bilet_kit.settings import ServiceSettings
from bilet_kit.storage import migrations

ROOT = Path(__file__).parents[2]
FOLDERS = {"echo": ROOT / "tests/support/echo_service/migrations"}


async def migrate(service: str, address: str) -> None:
    """Run the service's migrations in the database at `address`."""
    settings = ServiceSettings.model_validate({"environment": "test", "database_url": address})
    await migrations.migrate(settings, FOLDERS.get(service, ROOT / "services" / service / "migrations"))

"""Settings of the echo service in a test's own process."""

from bilet_kit.settings import ServiceSettings


def settings_for(database_url: str, **values: object) -> ServiceSettings:
    """Make settings for a database; `values` are further fields by name."""
    return ServiceSettings.model_validate({"environment": "test", "database_url": database_url, **values})

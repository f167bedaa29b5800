"""Settings of the booking service."""

from bilet_kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Booking needs nothing beyond what every service needs."""

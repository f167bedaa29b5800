"""The `bilet-booking` command."""

from bilet_booking.bootstrap import build
from bilet_kit.process.cli import service_cli

app = service_cli("booking", build)

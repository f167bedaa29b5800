"""The `bilet-notifications` command."""

from bilet_kit.process.cli import service_cli
from bilet_notifications.bootstrap import build

app = service_cli("notifications", build)

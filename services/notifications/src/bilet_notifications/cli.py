"""The `bilet-notifications` command."""

from bilet_kit.process.cli import service_cli
from bilet_notifications.bootstrap import build
from bilet_notifications.commands.resending import resend

app = service_cli("notifications", build)
app.command()(resend)

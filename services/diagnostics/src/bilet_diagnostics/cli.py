"""The `bilet-diagnostics` command: what every service has, and the psychologist's tools."""

from bilet_diagnostics.bootstrap import build
from bilet_diagnostics.commands.instruments import instruments
from bilet_diagnostics.commands.psychometrics import norms, psychometrics
from bilet_diagnostics.commands.rescoring import rescore
from bilet_kit.process.cli import service_cli

app = service_cli("diagnostics", build)
app.add_typer(instruments, name="instruments")
for command in (psychometrics, norms, rescore):
    app.command()(command)

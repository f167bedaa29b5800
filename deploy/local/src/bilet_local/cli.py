"""`bilet`: the installation on this machine. Each command has a module in `commands`; other packages add theirs here by one line."""

import typer

from bilet_local.commands import clock, down, logs, operator, status, up
from bilet_local.demo.command import demo
from bilet_local.importing.command import import_command

app = typer.Typer(
    name="bilet",
    help="«Билет» на одной машине: запустить, посмотреть, остановить.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(up.up)
app.command()(down.down)
app.command()(status.status)
app.command()(logs.logs)
app.command("import")(import_command)
app.command()(demo)
app.add_typer(clock.app, name="clock")
app.add_typer(operator.app, name="operator")

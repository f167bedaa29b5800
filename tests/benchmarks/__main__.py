"""`python -m tests.benchmarks [name …] [--quick]`: measure, print, and keep docs/benchmarks.md up to date."""

import asyncio
import signal
from collections.abc import Coroutine
from dataclasses import replace
from typing import Annotated, Any

import typer
import uvloop

from tests.benchmarks import booking, diagnostics, drain, gateway, latency, letters, ordinary, report, stack, takeovers
from tests.benchmarks.effort import FULL, QUICK
from tests.benchmarks.figures import Section, as_markdown
from tests.benchmarks.progress import PROGRESS

BENCHMARKS = {
    "latency": latency.measure,
    "drain": drain.measure,
    "booking": booking.measure,
    "diagnostics": diagnostics.measure,
    "letters": letters.measure,
    "ordinary": ordinary.measure,
    "gateway": gateway.measure,
    "takeovers": takeovers.measure,
    "stack": stack.measure,
}


app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)


@app.command()
def main(
    names: Annotated[
        list[str] | None, typer.Argument(help=f"Which of: {', '.join(BENCHMARKS)}. All by default.")
    ] = None,
    runs: Annotated[int, typer.Option(min=1, help="How often everything is measured; the median counts.")] = FULL.runs,
    quick: Annotated[bool, typer.Option("--quick", help="One small run, only printed.")] = False,  # noqa: FBT002 - a command-line switch
) -> None:
    """Measure each figure beside its floor."""
    unknown = set(names or ()) - set(BENCHMARKS)
    if unknown:
        raise typer.BadParameter(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    for name in names or BENCHMARKS:
        section = uvloop.run(_ended_in_order(BENCHMARKS[name](QUICK if quick else replace(FULL, runs=runs))))
        print(f"\n{section.title}\n\n{as_markdown(section)}\n", flush=True)
        if not quick:
            report.write(section)
            PROGRESS.step(f"written to {report.FILE}")


async def _ended_in_order(measure: Coroutine[Any, Any, Section]) -> Section:
    """Let SIGTERM stop what was started, as Ctrl-C does."""
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await measure


if __name__ == "__main__":
    app()

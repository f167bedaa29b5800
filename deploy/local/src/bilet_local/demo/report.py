"""What the demo prints at its end: how fast effects came, the funnel, the promises, addresses and logins."""

from collections.abc import Mapping, Sequence
from statistics import median, quantiles

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bilet_local.demo.invariants import Verdict
from bilet_local.demo.life import PASSWORD
from bilet_local.demo.waiting import Latencies

FUNNEL = {
    "invited": "приглашены школами",
    "registered": "открыли аккаунт",
    "active": "были подтверждены",
    "stage_1": "прошли этап 1",
    "stage_2": "прошли этап 2",
    "stage_3": "прошли все три",
    "booked": "записались",
    "approved": "получили согласие родителя",
    "attended": "были на пробе",
    "recommended": "получили рекомендацию",
}
_BAR = 40
_SHOWN = 5
_ENOUGH = 20


def show_latencies(console: Console, latencies: Latencies) -> None:
    """Print how long each effect took for the cohort."""
    table = Table(box=None, pad_edge=False)
    for title in ("событие → эффект (вся когорта, под нагрузкой)", "раз", "p50, мс", "p95, мс", "max, мс"):
        table.add_column(title, justify="left" if "→" in title else "right")
    for effect, seconds in latencies.seconds.items():
        high = quantiles(seconds, n=20)[-1] if len(seconds) >= _ENOUGH else max(seconds)
        cells = (f"{value * 1000:.0f}" for value in (median(seconds), high, max(seconds)))
        table.add_row(effect, str(len(seconds)), *cells)
    console.print(table)


def show_funnel(console: Console, counts: Mapping[str, int]) -> None:
    """Print how many ever reached each step, with bars by those who opened an account."""
    table = Table(box=None, pad_edge=False, show_header=False)
    whole = max(counts.get("registered", 0), 1)
    for name, title in FUNNEL.items():
        number = counts[name]
        share = min(number / whole, 1)
        bar = "" if name == "invited" else f"[cyan]{'█' * round(share * _BAR)}[/] {share:.0%}"
        table.add_row(title, str(number), bar)
    console.print(table)


def show_verdicts(console: Console, verdicts: Sequence[Verdict]) -> bool:
    """Print each promise, green, yellow for what is late, or red, with the first places; whether all hold."""
    for verdict in verdicts:
        if verdict.holds:
            console.print(f"[green]✔ {verdict.promise}[/] [dim]({verdict.judged_by})[/]", soft_wrap=True)
        if verdict.broken:
            console.print(f"[bold red]✘ {verdict.promise}: нарушено, {len(verdict.broken)}[/] ({verdict.judged_by})")
            _show_places(console, "red", verdict.broken)
        if verdict.late:
            console.print(f"[yellow]… {verdict.promise}: ещё в пути, {len(verdict.late)}[/] ({verdict.judged_by})")
            _show_places(console, "yellow", verdict.late)
    if any(verdict.late for verdict in verdicts) and not any(verdict.broken for verdict in verdicts):
        console.print("[yellow]Ничего не потеряно, но не всё успело дойти: проверка неполна.[/]")
    return all(verdict.holds for verdict in verdicts)


def _show_places(console: Console, style: str, places: Sequence[str]) -> None:
    for place in places[:_SHOWN]:
        console.print(f"    [{style}]{escape(place)}[/]", soft_wrap=True)


def as_logins(logins: Mapping[str, str]) -> Table:
    """Who can sign in, and how."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for who, login in logins.items():
        table.add_row(who, login)
    table.add_row("Пароль у них", PASSWORD)
    return table

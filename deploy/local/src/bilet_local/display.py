"""How an installation is shown to a person: a table of its parts, live while it changes, and its addresses."""

import time
from collections.abc import Callable, Sequence

import psutil
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from bilet_local.installation import Broker, Installation
from bilet_local.operators import Operator
from bilet_local.ports import LOOPBACK
from bilet_local.state import NodeState, Phase, Progress, StackState

_REFRESH = 0.1
_MEBIBYTE = 1024 * 1024
_WORDS = {
    Progress.WAITING: ("ждёт", "dim"),
    Progress.STARTING: ("запускается", "yellow"),
    Progress.READY: ("работает", "green"),
    Progress.DONE: ("готово", "green"),
    Progress.RESTARTING: ("перезапускается", "red"),
    Progress.STOPPED: ("остановлен", "dim"),
}
PHASES = {
    Phase.STARTING: "Запускается",
    Phase.RUNNING: "Работает",
    Phase.STOPPING: "Останавливается",
    Phase.STOPPED: "Остановлен",
    Phase.FAILED: "Не запустился",
}


OPEN_BUS = (
    "Брокер Tansu открыт каждому на этой машине и ничего не сохраняет: он только для первого знакомства. "
    "С паролями и правами доступа: --kafka apache"
)


def as_table(state: StackState) -> Table:
    """One line for each part and job."""
    table = Table(box=None, pad_edge=False)
    for column in ("часть", "состояние", "адрес"):
        table.add_column(column, no_wrap=column != "состояние")
    for column in ("pid", "пуск, с", "МиБ", "пусков ещё"):
        table.add_column(column, justify="right", no_wrap=True)
    for node in state.nodes:
        word, style = _WORDS[node.progress]
        memory = resident(node)
        table.add_row(
            node.name,
            Text(f"{word}: {node.message}" if node.message else word, style=style),
            node.address,
            str(node.pid or ""),
            "" if node.seconds is None else f"{node.seconds:.1f}",
            str(memory // _MEBIBYTE) if memory else "",
            str(node.restarts or ""),
        )
    return table


def resident(node: NodeState) -> int:
    """Sum the memory of a node's processes in bytes, shared pages divided among them where Linux tells; 0 without any."""
    if node.pid is None:
        return 0
    try:
        process = psutil.Process(node.pid)
        return sum(_own_memory(one) for one in (process, *process.children(recursive=True)))
    except psutil.Error:
        return 0


def _own_memory(process: psutil.Process) -> int:
    memory = process.memory_full_info()
    return int(getattr(memory, "pss", 0) or memory.rss)


def follow(console: Console, read: Callable[[], StackState | None], until: Callable[[StackState | None], bool]) -> None:
    """Show the state as it changes: a live table on a terminal, otherwise a line for each change."""
    if console.is_terminal:
        _follow_live(console, read, until)
    else:
        _follow_lines(console, read, until)


def _follow_live(
    console: Console, read: Callable[[], StackState | None], until: Callable[[StackState | None], bool]
) -> None:
    spinner = Spinner("dots")

    def picture(state: StackState | None) -> RenderableType:
        spinner.update(text=PHASES[state.phase] if state else "Готовлюсь")
        return Group(_brief(state), spinner) if state else spinner

    with Live(picture(None), console=console, refresh_per_second=10, transient=True) as live:
        while True:
            state = read()
            live.update(picture(state))
            if until(state):
                return
            time.sleep(_REFRESH)


def _brief(state: StackState) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for node in state.nodes:
        word, style = _WORDS[node.progress]
        table.add_row(node.name, Text(word, style=style), "" if node.seconds is None else f"{node.seconds:.1f} с")
    return table


def _follow_lines(
    console: Console, read: Callable[[], StackState | None], until: Callable[[StackState | None], bool]
) -> None:
    shown: dict[str, Progress] = {}
    while True:
        state = read()
        for node in state.nodes if state else ():
            if node.progress is not shown.get(node.name, Progress.WAITING):
                seconds = f" ({node.seconds:.1f} с)" if node.progress in (Progress.READY, Progress.DONE) else ""
                console.print(f"{node.name}: {_WORDS[node.progress][0]}{seconds}")
            shown[node.name] = node.progress
        if until(state):
            return
        time.sleep(_REFRESH)


def as_addresses(installation: Installation, operators: Sequence[Operator]) -> Table:
    """Show where everything is, and the operators' logins."""
    ports = installation.ports
    broker = "Apache Kafka (SASL_SSL)" if installation.broker is Broker.APACHE else "Tansu (в памяти, открыт)"
    rows = (
        ("Вход для клиентов", f"{installation.gateway_url}/api/v1/"),
        ("Описание API", ", ".join(f"{installation.api_url(name)}/docs" for name in ("identity", "booking"))),
        ("Письма", installation.elsewhere.smtp or f"http://{LOOPBACK}:{ports.mail_web}/"),
        ("Стенд ЕСИА", installation.esia_url),
        ("PostgreSQL", installation.database_url("booking")),
        ("Kafka" if installation.elsewhere.kafka else broker, installation.kafka_bootstrap),
        *_listening(installation),
        *((f"Оператор региона {one.region}", f"логин {one.login}, пароль {one.password}") for one in operators),
        *(() if operators else (("Операторы", "ещё нет: bilet operator create --region 47"),)),
        ("Журналы и данные", str(installation.state_dir)),
    )
    table = Table(box=None, pad_edge=False, show_header=False)
    for row in rows:
        table.add_row(*row)
    return table


def _listening(installation: Installation) -> tuple[tuple[str, str], ...]:
    """Show how another system listens to a closed broker of ours."""
    if not installation.integrator_file:
        return ()
    return (("Слушать события", f"настройки для librdkafka в {installation.integrator_file}"),)

"""`bilet up`: start the installation under a supervisor in the background and show it coming up."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated

import typer

from bilet_local import display
from bilet_local.commands.operator import region_code
from bilet_local.commands.options import StateDir, console, failures_in_words
from bilet_local.components.apache_kafka import fetch_jars
from bilet_local.errors import StackError
from bilet_local.installation import Broker, Installation
from bilet_local.operators import ensure_operator, known_operators
from bilet_local.ports import DEFAULT_BASE
from bilet_local.processes import ChildProcess
from bilet_local.replicas import Replicas, read_replicas
from bilet_local.state import Phase, StackState, StateDirectory
from bilet_local.stopping import stop

Kafka = Annotated[
    Broker, typer.Option(help="Брокер: tansu (в памяти, без Java) или apache (Apache Kafka, нужны Java 17+ и Maven).")
]
PortBase = Annotated[int, typer.Option(min=1100, max=65000, help="Сдвинуть все порты: 8100 — обычные.")]
Regions = Annotated[
    list[str] | None,
    typer.Option(
        "--region",
        help="Завести оператора региона с этим кодом; можно повторить.",
        callback=lambda codes: [region_code(code) for code in codes or ()],
    ),
]
Attach = Annotated[bool, typer.Option("--attach", help="Остаться в терминале; Ctrl-C остановит всё.")]


def up(
    state_dir: StateDir,
    kafka: Kafka = Broker.TANSU,
    port_base: PortBase = DEFAULT_BASE,
    regions: Regions = None,
    replicas: Replicas = "",
    attach: Attach = False,  # noqa: FBT002 - a command-line switch
) -> None:
    """Запустить всё на этой машине.

    Любую часть можно заменить готовой: BILET_POSTGRES_URL, BILET_KAFKA_BOOTSTRAP, BILET_SMTP_ADDRESS, BILET_ESIA_BASE_URL.
    """
    wanted = read_replicas(replicas)
    with failures_in_words():
        directory = StateDirectory(state_dir)
        if directory.is_supervised():
            _join(directory, wanted)
            _make_operators(directory, regions or ())
            show(directory, "Уже запущено.")
            return
        installation = Installation.from_environment(
            state_dir=directory.root, port_base=port_base, broker=kafka, replicas=wanted
        )
        _start(directory, installation, _supervise_attached if attach else _supervise_in_background)
        _make_operators(directory, regions or ())
        show(directory, "Запущено. Остановить: Ctrl-C" if attach else "Запущено. Остановить: bilet down")
        if attach:
            _stay(directory)


def _join(directory: StateDirectory, replicas: Mapping[str, int]) -> None:
    """Wait for what runs already.

    Raises:
        StackError: it is about to stop, has failed, or runs with other replicas than those asked for.
    """
    if replicas and replicas != directory.installation().replicas:
        raise StackError("Стек уже запущен с другим числом процессов: остановите его (`bilet down`).")
    display.follow(console, directory.read, lambda state: state is None or state.phase is not Phase.STARTING)
    state = directory.read()
    if state is not None and state.phase is Phase.STOPPING:
        raise StackError("Стек сейчас останавливается: повторите `bilet up` через несколько секунд.")
    _refuse_failure(directory, state)


def _make_operators(directory: StateDirectory, regions: Sequence[str]) -> None:
    for region in regions:
        with console.status(f"Завожу оператора региона {region}…"):
            ensure_operator(directory, region)


def bring_up(directory: StateDirectory, installation: Installation) -> None:
    """Start an installation in the background and return when it runs; Ctrl-C stops what was started.

    Raises:
        StackError: it did not start.
    """
    _start(directory, installation, _supervise_in_background)


def _start(
    directory: StateDirectory, installation: Installation, supervise: Callable[[StateDirectory], Callable[[], bool]]
) -> None:
    if installation.broker is Broker.APACHE and not installation.elsewhere.kafka:
        with console.status("Готовлю Apache Kafka: в первый раз Maven загружает её…"):
            fetch_jars()
    if installation.uses_tansu:
        console.print(f"[yellow]{display.OPEN_BUS}[/]")
    directory.create()
    directory.keep(installation)
    alive = supervise(directory)
    began = time.time()

    def fresh() -> StackState | None:
        state = directory.read()
        return state if state and state.started_at.timestamp() >= began - 1 else None

    def settled(state: StackState | None) -> bool:
        return not alive() or (state is not None and state.phase in (Phase.RUNNING, Phase.FAILED, Phase.STOPPED))

    try:
        display.follow(console, fresh, settled)
    except KeyboardInterrupt:
        console.print("Останавливаю…")
        stop(directory)
        raise typer.Exit(130) from None
    _refuse_failure(directory, fresh())


def _refuse_failure(directory: StateDirectory, state: StackState | None) -> None:
    if state is not None and state.phase is Phase.RUNNING:
        return
    if state is not None and state.message:
        raise StackError(state.message)
    log = directory.supervisor_log
    raise StackError(f"Супервизор завершился. Его журнал {log}:\n{log.read_text(errors='replace')[-1500:]}")


def _command(directory: StateDirectory) -> list[str]:
    return [sys.executable, "-m", "bilet_local.supervisor", str(directory.root)]


def _supervise_in_background(directory: StateDirectory) -> Callable[[], bool]:
    with directory.supervisor_log.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own module
            _command(directory), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True
        )
    return lambda: process.poll() is None


def _supervise_attached(directory: StateDirectory) -> Callable[[], bool]:
    """On a leash: when this command dies, even killed, the supervisor is asked to stop everything."""
    command = _command(directory)
    process = ChildProcess(command, environment={}, log_file=directory.supervisor_log, death_signal=signal.SIGTERM)
    return lambda: process.returncode is None


def _stay(directory: StateDirectory) -> None:
    try:
        while directory.is_supervised():
            time.sleep(1)
        console.print("Стек остановлен.")
    except KeyboardInterrupt:
        console.print("Останавливаю…")
        stop(directory)


def show(directory: StateDirectory, headline: str) -> None:
    """Print what runs and where."""
    state = directory.read()
    seconds = f" за {state.seconds:.1f} с" if state and state.seconds and headline.startswith("Запущено") else ""
    first, _, rest = headline.partition(".")
    console.print(f"[bold green]{first}{seconds}.[/]{rest}")
    console.print(display.as_addresses(directory.installation(), known_operators(directory)))

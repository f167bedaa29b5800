"""What is known about a running installation, kept in its state directory for every `bilet` command to read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import filelock
from pydantic import BaseModel, ValidationError

from bilet_local import installation as installations
from bilet_local.errors import StackError
from bilet_local.installation import Installation
from bilet_local.keys import InstallationKeys, load_or_generate

_LOCK_PATIENCE = 3.0


class Phase(StrEnum):
    """Where the whole installation is."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FAILED = "failed"


class Progress(StrEnum):
    """Where one part or job is."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    DONE = "done"
    RESTARTING = "restarting"
    STOPPED = "stopped"


class NodeState(BaseModel):
    """One part or job; `seconds` is how long its last start took, `restarts` how often it died and was started again."""

    name: str
    progress: Progress = Progress.WAITING
    pid: int | None = None
    address: str = ""
    log_file: Path | None = None
    seconds: float | None = None
    restarts: int = 0
    message: str = ""


class StackState(BaseModel):
    """The whole installation; `message` says in Russian why it failed."""

    supervisor_pid: int
    started_at: datetime
    phase: Phase = Phase.STARTING
    message: str = ""
    seconds: float | None = None
    nodes: list[NodeState] = []

    def node(self, name: str) -> NodeState:
        """One of the nodes by name."""
        return next(node for node in self.nodes if node.name == name)


class StateDirectory:
    """The directory of one installation."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.supervisor_log = self.root / "supervisor.log"
        self.operators_file = self.root / "operators.json"
        self._state = self.root / "state.json"
        self._installation = self.root / "installation.json"
        self._lock_file = self.root / "supervisor.lock"

    def create(self) -> None:
        """Make it, for its owner's eyes only: it holds keys. Others may pass through to what they own themselves."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self.root.chmod(0o711)
        except OSError as error:
            raise StackError(
                f"Не могу создать каталог {self.root}: {error.strerror}. Укажите другой: --state-dir."
            ) from error

    @contextmanager
    def held(self) -> Iterator[None]:
        """Be the one supervisor of this installation; the lock goes with the process, however it ends.

        Raises:
            StackError: there is one already.
        """
        try:
            with filelock.FileLock(self._lock_file, timeout=_LOCK_PATIENCE):
                yield
        except filelock.Timeout:
            raise StackError(f"Стек в {self.root} уже запущен.") from None

    def is_supervised(self) -> bool:
        """Tell whether a supervisor is alive."""
        if not self._lock_file.exists():
            return False
        try:
            with filelock.FileLock(self._lock_file, timeout=0):
                return False
        except filelock.Timeout:
            return True

    def read(self) -> StackState | None:
        """Read the last state written; None when there is none that can be read."""
        try:
            return StackState.model_validate_json(self._state.read_bytes())
        except (OSError, ValidationError):
            return None

    def write(self, state: StackState) -> None:
        """Replace the state in one step, so that readers see all or nothing."""
        fresh = self._state.with_suffix(".new")
        fresh.write_text(state.model_dump_json(), encoding="utf-8")
        fresh.replace(self._state)

    def keep(self, installation: Installation) -> None:
        """Remember the options of `bilet up`; an address from the environment may hold a password."""
        self._installation.touch(mode=0o600)
        self._installation.write_bytes(installation.to_json())

    def installation(self) -> Installation:
        """Read the options of the last `bilet up`.

        Raises:
            StackError: there was none.
        """
        try:
            return installations.from_json(self._installation.read_bytes())
        except (OSError, ValidationError):
            raise StackError("Стек ещё ни разу не запускали: начните с `bilet up`.") from None

    def keys(self) -> InstallationKeys:
        """Read the installation's keys, made on first use."""
        return load_or_generate(self.root / "keys.json")

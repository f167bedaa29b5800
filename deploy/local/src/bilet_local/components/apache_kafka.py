"""Apache Kafka 4 as one KRaft node, its jars fetched once by Maven into the user's cache."""

import asyncio
import shutil
import subprocess
import uuid
import xml.etree.ElementTree as ET
from base64 import urlsafe_b64encode
from pathlib import Path

import filelock

from bilet_kit.settings import KafkaSettings
from bilet_local import layout, ports
from bilet_local.bus import open_bus
from bilet_local.components import probes
from bilet_local.components.component import ProcessComponent
from bilet_local.components.guard import OPEN, Guard, common_properties, write_secret
from bilet_local.errors import StackError
from bilet_local.processes import ChildProcess

_JAVA_AT_LEAST = 17
_MAVEN_WITHIN = 600
_POM = {"m": "http://maven.apache.org/POM/4.0.0"}


class ApacheKafka(ProcessComponent):
    """A real broker; its log is in `directory/data` and survives a restart.

    Args:
        controller_port: for the node's own controller; 0 takes a free one.
        heap: the JVM's heap, as `-Xmx` wants it.
        guard: closes it; without one everybody may do everything, for tests that look between client and broker.
    """

    idempotent_producing = True
    stop_within = 20.0

    def __init__(
        self,
        *,
        directory: Path,
        port: int = 0,
        controller_port: int = 0,
        heap: str = "512m",
        guard: Guard | None = None,
    ) -> None:
        super().__init__("kafka", directory=directory, port=port)
        self.controller_port = ports.port_or_free(controller_port)
        self.guard = guard
        self._heap = heap
        self._jars = Path()

    @property
    def settings(self) -> KafkaSettings:
        """How whoever runs it reaches it."""
        return self.guard.admin(self.address) if self.guard else open_bus(self.address)

    async def prepare(self) -> None:
        """Fetch the jars if this machine has none yet, write the configuration, format the storage once.

        Raises:
            StackError: Java 17+ or Maven is missing, or the jars cannot be fetched.
        """
        self._jars = await asyncio.to_thread(fetch_jars)
        write_secret(self._configuration, _properties(self))
        if not (self.directory / "data/meta.properties").exists():
            await self._format()
        elif self.guard and not self._closed.exists():
            raise StackError(
                "Хранилище Kafka размечено ещё без паролей. Начните с пустой установки: bilet down --erase"
            )

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports it needs."""
        return (self.port, self.controller_port)

    @property
    def _configuration(self) -> Path:
        return self.directory / "server.properties"

    @property
    def _closed(self) -> Path:
        """A file that says the storage is made with its first user."""
        return self.directory / "closed"

    async def _format(self) -> None:
        cluster = (
            urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "A")
        )  # a leading one is an option
        if self.guard:
            self._closed.touch()
        first_user = ("--add-scram", self.guard.first_user) if self.guard else ()
        formatting = ("format", "-t", cluster, "-c", str(self._configuration), *first_user)
        process = self._java("kafka.tools.StorageTool", *formatting)
        if not await process.wait(self.start_within) or process.returncode:
            raise StackError(f"Kafka не разметила хранилище:\n{process.log_tail()}")

    def spawn(self) -> ChildProcess:
        """Start the broker and its controller in one JVM."""
        return self._java("kafka.Kafka", str(self._configuration))

    def _java(self, *arguments: str) -> ChildProcess:
        jvm = ["-Xms128m", f"-Xmx{self._heap}", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"]
        logging = f"-Dlog4j2.configurationFile={layout.KAFKA_LOGGING}"
        command = ["java", *jvm, logging, "-cp", f"{self._jars}/*", *arguments]
        return ChildProcess(command, environment={}, log_file=self.log_file)

    async def serves(self) -> bool:
        """Whether it answers metadata."""
        return await probes.is_kafka_broker(self.settings)


_ONE_NODE = {
    "group.min.session.timeout.ms": "500",  # failure tests have killed workers replaced at once
    "log.cleaner.dedupe.buffer.size": "33554432",
    # A killed node is let back in once its session has ended: 9 s by default.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
}


def _properties(kafka: ApacheKafka) -> str:
    controller = f"{ports.LOOPBACK}:{kafka.controller_port}"
    if kafka.guard:
        own = kafka.guard.own(kafka.directory, kafka.address, controller)
    else:
        own = OPEN | {
            "listeners": f"PLAINTEXT://{kafka.address},CONTROLLER://{controller}",
            "advertised.listeners": f"PLAINTEXT://{kafka.address}",
        }
    place = {"controller.quorum.voters": f"1@{controller}", "log.dirs": str(kafka.directory / "data")}
    properties = common_properties() | _ONE_NODE | own | place
    return "".join(f"{name}={value}\n" for name, value in properties.items() if value)


def kafka_version() -> str:
    """Read the version that deploy/local/kafka/pom.xml names."""
    version = ET.parse(layout.KAFKA_POM).getroot().findtext("m:properties/m:kafka.version", namespaces=_POM)  # noqa: S314 - our own file
    if version is None:
        raise StackError(f"В {layout.KAFKA_POM} не указана kafka.version.")
    return version


def missing_tools() -> str:
    """Say in Russian what this machine lacks to run Apache Kafka; empty when nothing."""
    if _java_version() < _JAVA_AT_LEAST:
        return f"Для Apache Kafka нужна Java {_JAVA_AT_LEAST} или новее (команда java)."
    if not _cached_jars().is_dir() and shutil.which("mvn") is None:
        return "Для первой загрузки Apache Kafka нужен Maven (команда mvn)."
    return ""


def fetch_jars() -> Path:
    """Return the folder with Kafka's jars, fetched by Maven on the first call on this machine.

    Raises:
        StackError: a tool is missing or Maven failed.
    """
    if missing := missing_tools():
        raise StackError(f"{missing} Установите или запускайте с --kafka tansu.")
    jars = _cached_jars()
    jars.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(f"{jars}.lock"):
        if not jars.is_dir():
            _copy_dependencies(jars)
    return jars


def _cached_jars() -> Path:
    return layout.cache_dir() / f"kafka-{kafka_version()}"


def _copy_dependencies(jars: Path) -> None:
    partial = jars.with_name(f"{jars.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={partial}", "-DincludeScope=runtime"]
    finished = subprocess.run(  # noqa: S603 - fixed words
        ["mvn", "-B", "-q", "-f", str(layout.KAFKA_POM), *goal],  # noqa: S607 - whichever Maven the machine has
        capture_output=True,
        text=True,
        timeout=_MAVEN_WITHIN,
        check=False,
    )
    if finished.returncode:
        raise StackError(f"Maven не загрузил Apache Kafka:\n{finished.stdout[-2000:]}{finished.stderr[-1000:]}")
    partial.rename(jars)


def _java_version() -> int:
    if shutil.which("java") is None:
        return 0
    asking = ["java", "-XshowSettings:properties", "-version"]
    finished = subprocess.run(asking, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    for line in finished.stderr.splitlines():
        name, _, value = line.partition("=")
        if name.strip() == "java.specification.version":
            return int(value.strip().split(".")[0])
    return 0

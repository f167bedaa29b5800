"""The whole installation on one page: which processes there are, in which order they start and what each waits for.

`Part` is a process that runs on, `Job` something done once. docker-compose.yml has the same names; a test compares them.
"""

import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bilet_local import environments, gateway
from bilet_local.access import client_file
from bilet_local.certificates import Issued
from bilet_local.components import ApacheKafka, Component, Envoy, External, MailCatcher, PostgreSQL, Program, Tansu
from bilet_local.components.guard import ADMIN, AUTHORITY, Guard, write_secret
from bilet_local.components.postgres import ensure_databases
from bilet_local.errors import StackError
from bilet_local.installation import DATABASES, TOKEN_AUDIENCE, TOKEN_ISSUER, Broker, Installation
from bilet_local.keys import INTEGRATOR, InstallationKeys
from bilet_local.ports import LOOPBACK
from bilet_local.processes import ChildProcess
from bilet_local.replicas import name_of, numbers
from bilet_local.topics import create_topics, prepare, read_topics

SERVICES = DATABASES
_HEALTH = "/health/ready"
_MIGRATE_WITHIN = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A process that runs as long as the installation."""

    component: Component
    after: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its name in `bilet status` and `bilet logs`."""
        return self.component.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something done once before others may start; raises StackError when it fails."""

    name: str
    run: Callable[[], Awaitable[None]]
    after: tuple[str, ...]
    log_file: Path | None = None


def topology(installation: Installation, keys: InstallationKeys) -> tuple[Part | Job, ...]:
    """Name every part and job of the installation."""
    return (
        Part(component=_postgres(installation)),
        Part(component=_kafka(installation, keys)),
        Part(component=_mail(installation)),
        Part(component=_esia(installation, keys)),
        _topics(installation, keys),
        *(_migrations(service, installation, keys) for service in SERVICES),
        *(part for service in SERVICES for part in _apis(service, installation, keys)),
        *(part for service in SERVICES for part in _workers(service, installation, keys)),
        Part(component=_gateway(installation), after=tuple(_api_names(installation))),
    )


def _postgres(installation: Installation) -> Component:
    if url := installation.elsewhere.postgres:
        return External("postgres", url.rpartition("@")[2].partition("/")[0])
    directory = installation.state_dir / "postgres"
    return PostgreSQL(directory=directory, port=installation.ports.postgres, databases=DATABASES)


def _kafka(installation: Installation, keys: InstallationKeys) -> Component:
    if installation.elsewhere.kafka:
        return External("kafka", installation.elsewhere.kafka)
    ports = installation.ports
    if installation.broker is Broker.APACHE:
        guard = Guard(
            issued=Issued(keys.kafka_certificate, keys.kafka_certificate_key, keys.kafka_ca),
            admin_password=keys.kafka_passwords[ADMIN],
            controller_password=keys.kafka_passwords["controller"],
        )
        directory = installation.kafka_dir
        return ApacheKafka(directory=directory, port=ports.kafka, controller_port=ports.kafka_controller, guard=guard)
    return Tansu(directory=installation.state_dir / "tansu", port=ports.kafka)


def _topics(installation: Installation, keys: InstallationKeys) -> Job:
    """Make topics, users and rights; in a Kafka elsewhere only topics, for its users are its owner's business."""
    kafka = environments.bus_of(ADMIN, installation, keys)

    async def run() -> None:
        if installation.elsewhere.kafka:
            await create_topics(kafka, read_topics())
        else:
            await prepare(kafka, {user: SecretStr(password) for user, password in keys.bus_passwords.items()})
        if installation.integrator_file:
            listener = environments.bus_of(INTEGRATOR, installation, keys)
            write_secret(installation.integrator_file, client_file(listener, installation.kafka_dir / AUTHORITY))

    return Job(name="topics", run=run, after=("kafka",))


def _mail(installation: Installation) -> Component:
    if installation.elsewhere.smtp:
        return External("mail", installation.elsewhere.smtp)
    ports = installation.ports
    return MailCatcher(directory=installation.state_dir / "mail", port=ports.smtp, web_port=ports.mail_web)


def _esia(installation: Installation, keys: InstallationKeys) -> Component:
    if url := installation.elsewhere.esia:
        return External("esia", url.partition("://")[2].partition("/")[0])
    return Program(
        "esia",
        directory=installation.state_dir / "esia",
        command=(script("bilet-esia-standin"),),
        environment=environments.of_esia_standin(installation, keys),
        port=installation.ports.esia,
        health="/health",
    )


def _gateway(installation: Installation) -> Component:
    ports = installation.ports
    configuration = gateway.Gateway(
        host=LOOPBACK,
        port=ports.gateway,
        admin_port=ports.gateway_admin,
        services=tuple(_upstream(name, installation) for name in SERVICES),
        issuer=TOKEN_ISSUER,
        audience=TOKEN_AUDIENCE,
        per_subject_per_minute=installation.requests_per_minute,
        per_address_per_minute=installation.requests_per_minute,
        places=tuple(_places(installation)),
    )
    return Envoy(
        directory=installation.state_dir / "gateway",
        configuration=gateway.render(configuration),
        port=ports.gateway,
        admin_port=ports.gateway_admin,
    )


def _upstream(service: str, installation: Installation) -> gateway.Upstream:
    replicas = numbers(installation.replicas, f"{service}-api")
    addresses = (gateway.Address(LOOPBACK, installation.ports.api(service, replica)) for replica in replicas)
    return gateway.Upstream(name=service, replicas=tuple(addresses))


def _places(installation: Installation) -> Iterator[gateway.Place]:
    """Lead a person to what runs on this machine beside the gateway."""
    if not installation.elsewhere.smtp:
        yield gateway.Place("Письма, которые система отправила", f"http://{LOOPBACK}:{installation.ports.mail_web}/")
    yield gateway.Place("ЕСИА" if installation.elsewhere.esia else "Стенд ЕСИА", installation.esia_url)
    for service in SERVICES:
        yield gateway.Place(f"Описание API {service}", f"{installation.api_url(service)}/docs")


def _migrations(service: str, installation: Installation, keys: InstallationKeys) -> Job:
    log_file = installation.state_dir / f"{service}-migrate/{service}-migrate.log"
    environment = environments.of_service(service, installation, keys)

    async def run() -> None:
        if installation.elsewhere.postgres:
            await ensure_databases(installation.elsewhere.postgres, (service,))
        log_file.parent.mkdir(parents=True, exist_ok=True)
        command = (script(f"bilet-{service}"), "migrate")
        process = ChildProcess(command, environment=environment, log_file=log_file)
        if not await process.wait(_MIGRATE_WITHIN) or process.returncode:
            raise StackError(f"Миграции {service} не прошли. Журнал: {log_file}\n{process.log_tail()}")

    return Job(name=f"{service}-migrate", run=run, after=("postgres",), log_file=log_file)


def _apis(service: str, installation: Installation, keys: InstallationKeys) -> Iterator[Part]:
    for replica in numbers(installation.replicas, f"{service}-api"):
        port = installation.ports.api(service, replica)
        component = _process("api", service, installation, keys, replica, port)
        yield Part(component=component, after=(f"{service}-migrate",))


def _api_names(installation: Installation) -> Iterator[str]:
    for process in (f"{service}-api" for service in SERVICES):
        yield from (name_of(process, replica) for replica in numbers(installation.replicas, process))


def _workers(service: str, installation: Installation, keys: InstallationKeys) -> Iterator[Part]:
    for replica in numbers(installation.replicas, f"{service}-worker"):
        port = installation.ports.worker(service, replica)
        component = _process("worker", service, installation, keys, replica, port)
        yield Part(component=component, after=(f"{service}-migrate", "topics"))


def _process(
    kind: str, service: str, installation: Installation, keys: InstallationKeys, replica: int, port: int
) -> Program:
    name = name_of(f"{service}-{kind}", replica)
    return Program(
        name,
        directory=installation.state_dir / name,
        command=(script(f"bilet-{service}"), kind),
        environment=environments.of_service(service, installation, keys, replica),
        port=port,
        health=_HEALTH,
    )


def script(name: str) -> str:
    """Find the console script beside our interpreter.

    Raises:
        StackError: its package is not installed.
    """
    path = Path(sys.executable).parent / name
    if not path.exists():
        raise StackError(f"Не найдена команда {name}: установите проект целиком: `make setup`.")
    return str(path)

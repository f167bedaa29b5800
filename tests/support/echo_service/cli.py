"""The command of the echo service: `python -m tests.support.echo_service.cli`."""

from bilet_kit.process.cli import service_cli
from tests.support.echo_service.bootstrap import build

if __name__ == "__main__":
    service_cli("echo", build)()

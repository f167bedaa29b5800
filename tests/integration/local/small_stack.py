"""The real `bilet` command and supervisor over a topology of two parts and a job, so that tests of them take seconds.

`python -m tests.integration.local.small_stack up --state-dir …` is `bilet up …`.
"""

import sys
from unittest.mock import patch

from bilet_local import cli, supervisor
from bilet_local.components import MailCatcher, Tansu
from bilet_local.installation import Installation
from bilet_local.keys import InstallationKeys
from bilet_local.operators import Operator
from bilet_local.state import StateDirectory
from bilet_local.topics import create_topics, read_topics
from bilet_local.topology import Job, Part


def small(installation: Installation, keys: InstallationKeys) -> tuple[Part | Job, ...]:
    ports = installation.ports
    broker = Tansu(directory=installation.state_dir / "kafka", port=ports.kafka)
    mail = MailCatcher(directory=installation.state_dir / "mail", port=ports.smtp, web_port=ports.mail_web)
    return (
        Part(component=broker),
        Job(name="topics", run=lambda: create_topics(broker.settings, read_topics()), after=("kafka",)),
        Part(component=mail, after=("topics",)),
    )


def supervise(directory: StateDirectory) -> list[str]:
    return [sys.executable, "-m", "tests.integration.local.small_stack", "supervise", str(directory.root)]


if __name__ == "__main__":
    if sys.argv[1] == "supervise":
        del sys.argv[1]
        with patch("bilet_local.supervisor.topology", small):
            sys.exit(supervisor.main())
    operator = patch(
        "bilet_local.commands.up.ensure_operator", lambda _directory, region: Operator("operator", "secret", region)
    )
    with operator, patch("bilet_local.commands.up._command", supervise):
        cli.app()

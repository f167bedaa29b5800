"""The mail catcher as a component: an SMTP port for the services, a web page and a JSON API for people and tests."""

import sys
from pathlib import Path

from bilet_local import ports
from bilet_local.components import probes
from bilet_local.components.component import ProcessComponent
from bilet_local.processes import ChildProcess


class MailCatcher(ProcessComponent):
    """Takes every mail, delivers none, keeps the last thousand in memory; `address` is SMTP's.

    Args:
        web_port: the page `/` and the API `/api/mails`; 0 takes a free one.
    """

    def __init__(self, *, directory: Path, port: int = 0, web_port: int = 0) -> None:
        super().__init__("mail", directory=directory, port=port)
        self.web_port = ports.port_or_free(web_port)

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports it needs."""
        return (self.port, self.web_port)

    @property
    def web_url(self) -> str:
        """Where the mails are read."""
        return f"http://{ports.LOOPBACK}:{self.web_port}"

    def spawn(self) -> ChildProcess:
        """Start it."""
        command = [sys.executable, "-m", "bilet_local.mail_catcher", str(self.port), str(self.web_port)]
        return ChildProcess(command, environment={}, log_file=self.log_file)

    async def serves(self) -> bool:
        """Whether mail is taken and the page answers."""
        return await probes.answers_ok(f"{self.web_url}/api/mails")

"""A mail server that can be spoiled in every way in which they go wrong."""

import asyncio
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.waiting import wait_until


@dataclass
class MailServer:
    """An SMTP server that keeps letters.

    Attributes:
        answers: spoils it for an address.
        hangs_up: after it took a letter, instead of an answer.
        silent_for: addresses for whose letters DATA is never answered.
        most_letters: how many it takes in a connection, before it ends it with 421.
        most_connections: how many it greets; it turns away the others with 421.
        slow_after: after so many letters it keeps each further one and never answers.
    """

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    hangs_up: bool = False
    silent_for: set[str] = field(default_factory=set)
    most_letters: int | None = None
    most_connections: int | None = None
    slow_after: int | None = None
    greeted: set[int] = field(default_factory=set)
    taken: dict[int, int] = field(default_factory=dict)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd calls it by this name with these arguments
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        if self.most_connections is not None and len(self.greeted) >= self.most_connections:
            return ["421 4.7.0 too many connections"]
        self.greeted.add(id(session))
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802 - the same
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.most_letters is not None and self.taken.get(id(session), 0) >= self.most_letters:
            asyncio.get_running_loop().call_soon(_close, server)
            return "421 4.7.0 too many letters in this connection"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - the same
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        if self.silent_for & set(envelope.rcpt_tos):
            await asyncio.Event().wait()
        self.taken[id(session)] = self.taken.get(id(session), 0) + 1
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        letter = message_from_bytes(content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        if self.slow_after is not None and len(self.letters) > self.slow_after:
            await asyncio.Event().wait()
        if self.hangs_up and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return "250 OK"

    async def took(self, letters: int) -> None:
        """Wait until it has taken so many letters."""
        await wait_until(lambda: len(self.letters) >= letters, 30, what=f"{letters} letters are taken")


def plain(letter: EmailMessage) -> str:
    """Read the plain text of a letter."""
    body = letter.get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return text


def _close(server: SMTP) -> None:
    if server.transport is not None:
        server.transport.close()

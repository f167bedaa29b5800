"""The mail server, and letters as it takes them."""

import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate
from typing import Literal, Protocol
from uuid import UUID

import aiosmtplib

from bilet_notifications.rendering import Letter

Handover = Literal["delivered", "refused", "postponed", "unreachable", "lost"]
"""Postponed is about one letter, unreachable about the server; lost: the connection broke before the server answered."""

TIMEOUT_SECONDS = 10.0
_FIRST_PERMANENT_CODE = 500
_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@[^@\s<>,;:\"()\[\]\\]{1,255}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpConfiguration:
    """Where the mail server is, and the address we write from."""

    host: str
    port: int
    sender: str
    username: str | None = None
    password: str | None = None
    start_tls: bool = False


class Counter(Protocol):
    """An open connection to the mail server."""

    async def hand_over(self, delivery_id: UUID, address: str, letter: Letter) -> Handover:
        """What the server said; never raises for a letter or a server that is not well."""


class Post(Protocol):
    """A mail server."""

    def open(self) -> AbstractAsyncContextManager[Counter]:
        """Connect; a server out of reach is told by each handover."""


class SmtpPost:
    """A mail server that speaks SMTP."""

    def __init__(self, configuration: SmtpConfiguration) -> None:
        self._configuration = configuration

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Counter]:
        """See `Post.open`."""
        configuration = self._configuration
        client = aiosmtplib.SMTP(
            hostname=configuration.host,
            port=configuration.port,
            username=configuration.username,
            password=configuration.password,
            start_tls=configuration.start_tls,
            timeout=TIMEOUT_SECONDS,
        )
        try:
            yield _SmtpCounter(client, configuration.sender)
        finally:
            if client.is_connected:
                with suppress(aiosmtplib.SMTPException, OSError):
                    await client.quit()


class _SmtpCounter:
    def __init__(self, client: aiosmtplib.SMTP, sender: str) -> None:
        self._client = client
        self._sender = sender

    async def hand_over(self, delivery_id: UUID, address: str, letter: Letter) -> Handover:
        try:
            message = compose(delivery_id, address, letter, sender=self._sender)
        except ValueError:
            return "refused"
        if not await self._connected():
            return "unreachable"
        try:
            await self._client.send_message(message)
        except (aiosmtplib.SMTPException, OSError) as error:
            return _meaning(error)
        return "delivered"

    async def _connected(self) -> bool:
        try:
            if not self._client.is_connected:
                await self._client.connect()
        except (aiosmtplib.SMTPException, OSError):
            return False
        return True


def compose(delivery_id: UUID, address: str, letter: Letter, *, sender: str) -> EmailMessage:
    """The letter with a Message-ID made of the delivery's id, so that a repeat can be told from a new one.

    Raises ValueError for an address that is none.
    """
    if not _ADDRESS.fullmatch(address):
        raise ValueError("not an e-mail address")
    message = EmailMessage()
    message["From"] = Address("Билет в будущее", addr_spec=sender)
    message["To"] = Address(addr_spec=address)
    message["Subject"] = letter.subject
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{delivery_id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.plain)
    message.add_alternative(letter.html, subtype="html")
    return message


def _meaning(error: Exception) -> Handover:
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            return _verdict(max(refusal.code for refusal in error.recipients))
        case aiosmtplib.SMTPDataError():
            return _verdict(error.code)
        case aiosmtplib.SMTPNotSupported():
            return "refused"
        case aiosmtplib.SMTPResponseException():
            return "unreachable"
        case _:
            return "lost"


def _verdict(code: int) -> Handover:
    """4xx is worth another try, 5xx is final (RFC 5321, section 4.2.1)."""
    return "refused" if code >= _FIRST_PERMANENT_CODE else "postponed"

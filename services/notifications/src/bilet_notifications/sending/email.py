"""The carrier of the channel `email`: a mail server that speaks SMTP."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate
from uuid import UUID

import aiosmtplib

from bilet_notifications.domain.channels import EMAIL
from bilet_notifications.domain.deliveries import Delivery
from bilet_notifications.rendering import Letter, Renderer
from bilet_notifications.sending.carriers import Handover
from bilet_notifications.sending.contacts import Contact

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


class EmailCarrier:
    """Renders messages as letters and hands them to a mail server."""

    channel = EMAIL

    def __init__(self, configuration: SmtpConfiguration, renderer: Renderer) -> None:
        self._configuration = configuration
        self._renderer = renderer

    @asynccontextmanager
    async def open(self) -> AsyncIterator["SmtpLine"]:
        """Prepare a connection, which the first letter opens."""
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
            yield SmtpLine(client, configuration.sender, self._renderer)
        finally:
            if client.is_connected:
                with suppress(aiosmtplib.SMTPException, OSError):
                    await client.quit()


class SmtpLine:
    """A connection to the mail server."""

    def __init__(self, client: aiosmtplib.SMTP, sender: str, renderer: Renderer) -> None:
        self._client = client
        self._sender = sender
        self._renderer = renderer

    async def hand_over(self, delivery: Delivery, contact: Contact) -> Handover:
        """Render a letter and hand it to the server."""
        if contact.email is None:
            return "no-contact"
        letter = self._renderer.letter(
            delivery.template, delivery.template_version, delivery.variables, greeting=contact.greeting
        )
        try:
            message = compose(delivery.delivery_id, contact.email, letter, sender=self._sender)
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
    """Compose a letter whose Message-ID is made of the delivery's id, so that a repeat can be told from a new one.

    Raises:
        ValueError: the address is none.
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
    """Judge a reply code: 4xx is worth another try, 5xx is final (RFC 5321, section 4.2.1)."""
    return "refused" if code >= _FIRST_PERMANENT_CODE else "postponed"

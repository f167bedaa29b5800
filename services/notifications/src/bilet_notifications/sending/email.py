"""The carrier of the channel `email`: a mail server that speaks SMTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import aiosmtplib

from bilet_notifications.domain.channels import EMAIL
from bilet_notifications.domain.deliveries import Outcome
from bilet_notifications.rendering.texts import Renderer
from bilet_notifications.sending.carriers import Outgoing
from bilet_notifications.sending.contacts import Contact
from bilet_notifications.sending.letters import compose

TIMEOUT_SECONDS = 10.0
_FIRST_PERMANENT_CODE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpConfiguration:
    """Where the mail server is, and the address we write from."""

    host: str
    port: int
    sender: str
    username: str | None = None
    password: str | None = None
    start_tls: bool = False
    timeout: float = TIMEOUT_SECONDS


class EmailCarrier:
    """Frames messages as letters and hands them to a mail server."""

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
            timeout=configuration.timeout,
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
        self._taken = 0

    @property
    def is_open(self) -> bool:
        """Whether it is connected."""
        return self._client.is_connected

    async def connect(self) -> bool:
        """Connect; whether the server greets us and speaks ESMTP."""
        self._taken = 0
        try:
            await self._client.connect()
            await self._client.ehlo()
        except (aiosmtplib.SMTPException, OSError):
            self._client.close()
            return False
        return True

    async def hand_over(self, message: Outgoing, contact: Contact) -> Outcome:
        """Compose a letter and hand it to the server."""
        if contact.email is None:
            return "no-contact"
        letter = self._renderer.letter(
            message.text, message.reader, first_name=contact.first_name, patronymic=contact.patronymic
        )
        try:
            composed = compose(message.delivery_id, contact.email, letter, sender=self._sender)
        except ValueError:
            return "refused"
        outcome = await self._offer(composed, contact.email)
        if outcome == "interrupted" and self._taken and await self.connect():
            outcome = await self._offer(composed, contact.email)  # servers end a connection after so many letters
        return outcome

    async def _offer(self, composed: bytes, address: str) -> Outcome:
        """Lead one transaction of RFC 5321: until the letter is under way, nothing about it is in doubt."""
        try:
            early = await self._announce(address)
        except (aiosmtplib.SMTPException, OSError):
            self._client.close()
            return "interrupted"
        if early is not None:
            return early
        try:
            await self._client.data(composed)
        except aiosmtplib.SMTPDataError as error:
            return _verdict(error.code)
        except (aiosmtplib.SMTPException, OSError):
            self._client.close()
            return "lost"
        self._taken += 1
        return "delivered"

    async def _announce(self, address: str) -> Outcome | None:
        """Name sender and recipient; an outcome when the server takes no letter to this recipient."""
        options, encoding = ([], "ascii") if address.isascii() else (["SMTPUTF8"], "utf-8")
        if options and not self._client.supports_extension("smtputf8"):
            return "refused"
        await self._client.mail(self._sender, options=options, encoding=encoding)
        try:
            await self._client.rcpt(address, encoding=encoding)
        except aiosmtplib.SMTPRecipientRefused as error:
            await self._client.rset()
            return _verdict(error.code)
        return None


def _verdict(code: int) -> Outcome:
    """Judge a reply code: 4xx is worth another try, 5xx is final (RFC 5321, section 4.2.1)."""
    return "refused" if code >= _FIRST_PERMANENT_CODE else "postponed"

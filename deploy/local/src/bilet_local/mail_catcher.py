"""Takes every mail over SMTP and shows it on a page and as JSON; for one machine, where nothing is really sent.

`python -m bilet_local.mail_catcher SMTP_PORT WEB_PORT`
"""

import asyncio
import email
import html
import sys
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email import policy
from itertools import count

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bilet_local.ports import LOOPBACK

_KEPT = 1000
_PAGE = """<!doctype html><html lang="ru"><meta charset="utf-8"><title>Письма</title>
<style>body{{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}}pre{{white-space:pre-wrap}}
article{{border-top:1px solid #ccc;padding:.5rem 0}}</style>
<h1>Письма: {number}</h1><p>Здесь всё, что отправила бы система. Наружу не уходит ничего.</p>{mails}</html>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail as it was taken; `number` grows by one."""

    number: int
    received_at: str
    sender: str
    recipients: tuple[str, ...]
    message_id: str
    subject: str
    text: str


class Mailbox:
    """The last thousand mails, newest first; aiosmtpd hands it each one."""

    def __init__(self) -> None:
        self._mails: deque[Mail] = deque(maxlen=_KEPT)
        self._numbers = count(1)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take one mail."""
        message = email.message_from_bytes(envelope.original_content or b"", policy=policy.default)
        body = message.get_body(("plain", "html"))
        self._mails.appendleft(
            Mail(
                number=next(self._numbers),
                received_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
                sender=envelope.mail_from or "",
                recipients=tuple(envelope.rcpt_tos),
                message_id=message.get("Message-ID", ""),
                subject=message.get("Subject", ""),
                text=body.get_content() if body else "",
            )
        )
        return "250 OK"

    def addressed_to(self, recipient: str) -> list[Mail]:
        """List the mails to one address, or all of them for an empty one."""
        return [mail for mail in self._mails if not recipient or recipient in mail.recipients]

    async def as_json(self, request: Request) -> Response:
        """GET /api/mails?to=address."""
        mails = self.addressed_to(request.query_params.get("to", ""))
        return JSONResponse({"items": [asdict(mail) for mail in mails]})

    async def as_page(self, request: Request) -> Response:
        """GET /?to=address."""
        mails = self.addressed_to(request.query_params.get("to", ""))
        return HTMLResponse(_PAGE.format(number=len(mails), mails="".join(map(_as_html, mails))))


def _as_html(mail: Mail) -> str:
    to = html.escape(", ".join(mail.recipients))
    heading = f"<b>{html.escape(mail.subject)}</b><br>{mail.received_at} → {to}"
    return f"<article>{heading}<pre>{html.escape(mail.text)}</pre></article>"


def create(smtp_port: int) -> Starlette:
    """Make the web application; it takes mail while it runs."""
    mailbox = Mailbox()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(mailbox, enable_SMTPUTF8=True, loop=loop), LOOPBACK, smtp_port)
        async with server:
            yield

    return Starlette(routes=[Route("/", mailbox.as_page), Route("/api/mails", mailbox.as_json)], lifespan=lifespan)


if __name__ == "__main__":
    uvicorn.run(create(int(sys.argv[1])), host=LOOPBACK, port=int(sys.argv[2]), access_log=False, log_level="warning")

"""Letters as a mail server gets them, composed by the older half of `email`.

Its newer half loses a blank where it folds a Cyrillic subject (Python 3.11 and before), and takes five times as long.
"""

import re
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import Compat32
from email.utils import formataddr, formatdate
from uuid import UUID

from bilet_notifications.rendering.texts import Letter

FROM_NAME = "Билет в будущее"
_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@[^@\s<>,;:\"()\[\]\\]{1,255}")
_LONGEST_LINE = 76


class _AsGiven(Compat32):
    """Writes headers as they are given, for they are folded already; an address may be UTF-8 (RFC 6532)."""

    def fold_binary(self, name: str, value: str) -> bytes:
        return f"{name}: {value}{self.linesep}".encode()


_POLICY = _AsGiven(linesep="\r\n")


def compose(delivery_id: UUID, address: str, letter: Letter, *, sender: str) -> bytes:
    """Compose a letter whose Message-ID is made of the delivery's id, so that a repeat can be told from a new one.

    Raises:
        ValueError: the address is none.
    """
    if not _ADDRESS.fullmatch(address):
        raise ValueError("not an e-mail address")
    message = MIMEMultipart("alternative", policy=_POLICY)
    message["From"] = formataddr((FROM_NAME, sender), "utf-8")
    message["To"] = address
    message["Subject"] = folded(letter.subject)
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{delivery_id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    for text, subtype in ((letter.plain, "plain"), (letter.html, "html")):
        message.attach(MIMEText("\r\n".join(text.splitlines()), subtype, "utf-8", policy=_POLICY))
    return message.as_bytes()


def folded(subject: str) -> str:
    """Encode a subject in lines of 76 characters at most, its blanks inside the encoded words (RFC 2047, section 2)."""
    return Header(subject, "utf-8", maxlinelen=_LONGEST_LINE, header_name="Subject").encode(linesep="\r\n")

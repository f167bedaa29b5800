"""The exact texts that people consent to, one file per purpose and version; a published file never changes."""

from functools import cache
from hashlib import sha256
from importlib.resources import files

from bilet_identity.consent_texts.text import ConsentText
from bilet_identity.domain.consent import Purpose

__all__ = ["ConsentText", "current_texts", "current_version"]


@cache
def current_texts() -> tuple[ConsentText, ...]:
    """List the newest text of every purpose, in the order of the purposes."""
    return tuple(_newest(purpose) for purpose in Purpose)


def current_version(purpose: Purpose) -> str:
    """Find the version in force for a purpose."""
    return next(text.version for text in current_texts() if text.purpose is purpose)


def _newest(purpose: Purpose) -> ConsentText:
    """Read the newest file of a purpose, named `<purpose>.<number>.md`; its first line is the title."""
    versions = {
        int(name.split(".")[1]): file
        for file in files(__name__).iterdir()
        if (name := file.name).startswith(f"{purpose.value}.") and name.endswith(".md")
    }
    number = max(versions)
    body = versions[number].read_text(encoding="utf-8")
    title, _, text = body.partition("\n")
    return ConsentText(
        purpose=purpose,
        version=str(number),
        title=title.removeprefix("# ").strip(),
        text=text.strip(),
        sha256=sha256(body.encode()).hexdigest(),
    )

"""A text that people consent to."""

from dataclasses import dataclass

from bilet_identity.domain.consent import Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentText:
    """One exact version; `sha256` is of the whole file, so that anybody can check what was consented to."""

    purpose: Purpose
    version: str
    title: str
    text: str
    sha256: str

"""Consents and their texts."""

from typing import Self
from uuid import UUID

from pydantic import Field

from bilet_identity.consent_texts.text import ConsentText
from bilet_identity.domain.consent import Purpose
from bilet_kit.web.schemas import Input, View


class ConsentTextView(View):
    """The exact text in force for a purpose."""

    purpose: Purpose
    version: str
    title: str
    text: str
    sha256: str

    @classmethod
    def of(cls, text: ConsentText) -> Self:
        return cls(purpose=text.purpose, version=text.version, title=text.title, text=text.text, sha256=text.sha256)


class ConsentTextsView(View):
    """Texts of all purposes."""

    items: list[ConsentTextView]


class ConsentInput(Input):
    """One purpose by one exact text; pupils may leave `student_id` out."""

    student_id: UUID | None = None
    purpose: Purpose
    text_version: str = Field(min_length=1, max_length=20)

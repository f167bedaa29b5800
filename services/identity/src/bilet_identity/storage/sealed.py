"""The sealed and the fingerprint columns that several tables share: name, birth date, СНИЛС."""

import json
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from bilet_identity.domain.names import PersonName
from bilet_identity.storage.sealing import Place, Vault


@dataclass(frozen=True, slots=True)
class SealedTable:
    """Seals and opens the personal columns of one table."""

    vault: Vault
    table: str

    def seal(self, column: str, subject: UUID, text: str | None) -> bytes | None:
        """A sealed cell, or nothing for nothing."""
        return None if text is None else self.vault.seal(text, Place(self.table, column, subject))

    def open(self, column: str, subject: UUID, sealed: bytes | None) -> str | None:
        """An opened cell, or nothing for nothing."""
        return None if sealed is None else self.vault.open(sealed, Place(self.table, column, subject))

    def seal_name(self, subject: UUID, name: PersonName) -> bytes:
        """The parts of a name as one sealed cell."""
        parts = [name.last_name, name.first_name, name.patronymic]
        return self.vault.seal(json.dumps(parts, ensure_ascii=False), Place(self.table, "sealed_name", subject))

    def open_name(self, subject: UUID, sealed: bytes) -> PersonName:
        """The parts of a name again."""
        return PersonName(*json.loads(self.vault.open(sealed, Place(self.table, "sealed_name", subject))))

    def seal_birth_date(self, subject: UUID, birth_date: date | None) -> bytes | None:
        """A sealed birth date, or nothing for nothing."""
        return self.seal("sealed_birth_date", subject, birth_date.isoformat() if birth_date else None)

    def open_birth_date(self, subject: UUID, sealed: bytes) -> date:
        """The birth date again."""
        return date.fromisoformat(self.vault.open(sealed, Place(self.table, "sealed_birth_date", subject)))


def snils_index(vault: Vault, snils: str | None) -> bytes | None:
    """Fingerprint of eleven digits of a СНИЛС."""
    return vault.index("snils", snils) if snils else None


def name_index(vault: Vault, name: PersonName, birth_date: date) -> bytes:
    """Fingerprint of a full name with a birth date."""
    return vault.index("name", f"{name.match_key}\x00{birth_date.isoformat()}")

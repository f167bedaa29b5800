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
        """Seal a cell; None stays None."""
        return None if text is None else self.vault.seal(text, Place(self.table, column, subject))

    def open(self, column: str, subject: UUID, sealed: bytes | None) -> str | None:
        """Open a cell; None stays None."""
        return None if sealed is None else self.vault.open(sealed, Place(self.table, column, subject))

    def seal_name(self, subject: UUID, name: PersonName) -> bytes:
        """Seal the parts of a name as one cell."""
        parts = [name.last_name, name.first_name, name.patronymic]
        return self.vault.seal(json.dumps(parts, ensure_ascii=False), Place(self.table, "sealed_name", subject))

    def open_name(self, subject: UUID, sealed: bytes) -> PersonName:
        """Open a sealed name."""
        return PersonName(*json.loads(self.vault.open(sealed, Place(self.table, "sealed_name", subject))))

    def seal_birth_date(self, subject: UUID, birth_date: date | None) -> bytes | None:
        """Seal a birth date; None stays None."""
        return self.seal("sealed_birth_date", subject, birth_date.isoformat() if birth_date else None)

    def open_birth_date(self, subject: UUID, sealed: bytes) -> date:
        """Open a sealed birth date."""
        return date.fromisoformat(self.vault.open(sealed, Place(self.table, "sealed_birth_date", subject)))


def snils_index(vault: Vault, snils: str | None) -> bytes | None:
    """Fingerprint a СНИЛС of eleven digits."""
    return vault.index("snils", snils) if snils else None


def name_index(vault: Vault, name: PersonName, birth_date: date) -> bytes:
    """Fingerprint a full name with a birth date."""
    return vault.index("name", f"{name.match_key}\x00{birth_date.isoformat()}")

"""Rosters as imported, and their entries: invitations that wait to be claimed by a code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, insert, select, update

from bilet_identity.domain.codes import new_code, normalise_code
from bilet_identity.domain.names import PersonName
from bilet_identity.domain.roster import Pupil, Reason, RejectedRow, RosterReport, RosterWarning
from bilet_identity.storage.expired import forget
from bilet_identity.storage.sealed import SealedTable, name_index, snils_index
from bilet_identity.storage.sealing import Vault
from bilet_identity.storage.tables import roster_entries, rosters
from bilet_kit.ids import new_id
from bilet_kit.storage.database import Row, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRoster:
    """The part of an imported file that is kept: counts and rejected rows, without any cell."""

    roster_id: UUID
    region_code: str
    school_code: str
    rows: int
    accepted: int
    rejected: tuple[RejectedRow, ...]
    warnings: tuple[RosterWarning, ...]
    imported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Entry:
    """A school's invitation to one pupil."""

    entry_id: UUID
    region_code: str
    school_code: str
    grade: int
    letter: str | None
    name: PersonName
    birth_date: date
    snils: str
    disappears_on: date


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ActivationCode:
    """The code that a school prints for one pupil."""

    grade: int
    letter: str | None
    name: PersonName
    code: str


async def lock_region(tx: Transaction, vault: Vault, region_code: str) -> None:
    """Let one import run at a time in a region, so that the first СНИЛС wins."""
    key = int.from_bytes(vault.index("roster-import", region_code)[:8], signed=True)
    await tx.run(select(func.pg_advisory_xact_lock(key)))


async def find_file(tx: Transaction, region_code: str, school_code: str, file_hash: bytes) -> StoredRoster | None:
    """Find the roster that was made of exactly this file of a school."""
    columns = rosters.c
    statement = select(rosters).where(
        columns.region_code == region_code, columns.school_code == school_code, columns.file_hash == file_hash
    )
    row = await tx.row(statement)
    return _roster(row) if row is not None else None


async def find(tx: Transaction, roster_id: UUID) -> StoredRoster | None:
    row = await tx.row(select(rosters).where(rosters.c.roster_id == roster_id))
    return _roster(row) if row is not None else None


async def rejected_file(tx: Transaction, vault: Vault, roster_id: UUID) -> str:
    """Read the rejected rows as they came, with reasons, as CSV."""
    statement = select(rosters.c.sealed_rejected_file).where(rosters.c.roster_id == roster_id)
    sealed = await tx.value(statement)
    return SealedTable(vault, "rosters").open("sealed_rejected_file", roster_id, sealed) or ""


async def add(
    tx: Transaction, vault: Vault, roster: StoredRoster, file_hash: bytes, rejected_file: str, imported_by: UUID
) -> None:
    """Write a new roster."""
    await tx.run(
        insert(rosters).values(
            roster_id=roster.roster_id,
            region_code=roster.region_code,
            school_code=roster.school_code,
            file_hash=file_hash,
            rows=roster.rows,
            accepted=roster.accepted,
            rejected=[[row.row, row.column, row.reason.value, row.detail] for row in roster.rejected],
            warnings=[[warning.code, warning.detail] for warning in roster.warnings],
            sealed_rejected_file=SealedTable(vault, "rosters").seal(
                "sealed_rejected_file", roster.roster_id, rejected_file
            ),
            imported_by=imported_by,
            imported_at=roster.imported_at,
        )
    )


async def known_pupils(tx: Transaction, vault: Vault, region_code: str, pupils: Sequence[Pupil]) -> dict[str, str]:
    """Find which СНИЛС of these pupils the region's rosters have already, and at which school."""
    indexes = {vault.index("snils", pupil.snils): pupil.snils for pupil in pupils}
    statement = select(roster_entries.c.snils_index, roster_entries.c.school_code).where(
        roster_entries.c.region_code == region_code, roster_entries.c.snils_index.in_(indexes)
    )
    return {indexes[row.snils_index]: row.school_code for row in await tx.rows(statement)}


async def add_entries(
    tx: Transaction, vault: Vault, roster: StoredRoster, pupils: Sequence[Pupil], *, disappears_on: date
) -> None:
    """Insert the entries of a roster in one statement, each with a fresh code."""
    rows = [_entry_row(vault, roster, pupil, disappears_on) for pupil in pupils]
    await tx.insert(roster_entries, rows)


async def take_entry(tx: Transaction, vault: Vault, code: str) -> Entry | None:
    """Load the unclaimed entry of a code, locked until the transaction ends."""
    where = roster_entries.c.code_index == _code_index(vault, code)
    statement = select(roster_entries).where(where, roster_entries.c.student_id.is_(None)).with_for_update()
    row = await tx.row(statement)
    return _entry(vault, row) if row is not None else None


async def mark_claimed(tx: Transaction, entry_id: UUID, student_id: UUID) -> None:
    """Mark an entry as claimed by a pupil's account."""
    where = roster_entries.c.entry_id == entry_id
    await tx.run(update(roster_entries).where(where).values(student_id=student_id))


async def activation_codes(tx: Transaction, vault: Vault, roster_id: UUID) -> list[ActivationCode]:
    """List the codes of unclaimed entries of a roster, in the order of the file."""
    statement = select(roster_entries).where(
        roster_entries.c.roster_id == roster_id, roster_entries.c.student_id.is_(None)
    )
    rows = await tx.rows(statement.order_by(roster_entries.c.row))
    return [
        ActivationCode(
            grade=row.grade,
            letter=row.letter,
            name=SealedTable(vault, "roster_entries").open_name(row.entry_id, row.sealed_name),
            code=SealedTable(vault, "roster_entries").open("sealed_code", row.entry_id, row.sealed_code) or "",
        )
        for row in rows
    ]


async def forget_expired(tx: Transaction, today: date) -> bool:
    """Delete unclaimed entries that have expired; whether there may be more."""
    return await forget(tx, roster_entries.c.disappears_on, today + timedelta(days=1), only="student_id IS NULL")


def _entry(vault: Vault, row: Row) -> Entry:
    return Entry(
        entry_id=row.entry_id,
        region_code=row.region_code,
        school_code=row.school_code,
        grade=row.grade,
        letter=row.letter,
        name=SealedTable(vault, "roster_entries").open_name(row.entry_id, row.sealed_name),
        birth_date=SealedTable(vault, "roster_entries").open_birth_date(row.entry_id, row.sealed_birth_date),
        snils=SealedTable(vault, "roster_entries").open("sealed_snils", row.entry_id, row.sealed_snils) or "",
        disappears_on=row.disappears_on,
    )


def _entry_row(vault: Vault, roster: StoredRoster, pupil: Pupil, disappears_on: date) -> dict[str, object]:
    entry_id, code = new_id(), new_code()
    return {
        "entry_id": entry_id,
        "roster_id": roster.roster_id,
        "region_code": roster.region_code,
        "school_code": roster.school_code,
        "row": pupil.row,
        "grade": pupil.grade,
        "letter": pupil.letter,
        "sealed_name": SealedTable(vault, "roster_entries").seal_name(entry_id, pupil.name),
        "sealed_birth_date": SealedTable(vault, "roster_entries").seal_birth_date(entry_id, pupil.birth_date),
        "sealed_snils": SealedTable(vault, "roster_entries").seal("sealed_snils", entry_id, pupil.snils),
        "sealed_code": SealedTable(vault, "roster_entries").seal("sealed_code", entry_id, code),
        "snils_index": snils_index(vault, pupil.snils),
        "name_index": name_index(vault, pupil.name, pupil.birth_date),
        "code_index": _code_index(vault, code),
        "disappears_on": disappears_on,
    }


def _code_index(vault: Vault, code: str) -> bytes:
    return vault.index("roster-code", normalise_code(code))


def stored(roster_id: UUID, region_code: str, school_code: str, report: RosterReport, at: datetime) -> StoredRoster:
    """Make of a report what is kept of it."""
    return StoredRoster(
        roster_id=roster_id,
        region_code=region_code,
        school_code=school_code,
        rows=len(report.accepted) + len(report.rejected),
        accepted=len(report.accepted),
        rejected=report.rejected,
        warnings=report.warnings,
        imported_at=at,
    )


def _roster(row: Row) -> StoredRoster:
    return StoredRoster(
        roster_id=row.roster_id,
        region_code=row.region_code,
        school_code=row.school_code,
        rows=row.rows,
        accepted=row.accepted,
        rejected=tuple(RejectedRow(number, column, Reason(why), text) for number, column, why, text in row.rejected),
        warnings=tuple(RosterWarning(code, text) for code, text in row.warnings),
        imported_at=row.imported_at,
    )

"""A school's roster is imported: good rows become invitations, bad rows come back as a file to correct."""

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from uuid import UUID

from bilet_identity.domain.errors import NotFound, UnknownSchool
from bilet_identity.domain.regions import local_date
from bilet_identity.domain.roster import RosterReport, check_roster, without_duplicates
from bilet_identity.domain.roster_file import RosterFile, check_size, read_roster, read_roster_file
from bilet_identity.domain.roster_report import rejected_csv, to_csv
from bilet_identity.storage import audit, directory, rosters, spreadsheets
from bilet_identity.storage.audit import AuditRecord
from bilet_identity.storage.rosters import StoredRoster, stored
from bilet_identity.storage.sealing import Vault
from bilet_kit.access import ActingRole, Scope
from bilet_kit.ids import new_id
from bilet_kit.storage.database import Transaction

ENTRY_TERM = timedelta(days=180)
"""After how long an invitation that nobody claimed disappears."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterUpload:
    """A file as a school or the region's operator sent it."""

    region_code: str
    school_code: str
    content: bytes
    imported_by: UUID

    @property
    def file_hash(self) -> bytes:
        """By which the same file is known again."""
        return sha256(self.content).digest()


async def import_roster(tx: Transaction, vault: Vault, upload: RosterUpload) -> StoredRoster:
    """Import the good rows of a readable file; the same file of the same school answers its first import.

    Raises:
        UnknownSchool: the region has no such school.
        RosterUnreadable: the file as a whole is not a roster.
    """
    if await directory.region_of_school(tx, upload.region_code, upload.school_code) is None:
        raise UnknownSchool
    today = local_date(upload.region_code, tx.now)
    file, report = await asyncio.to_thread(partial(check_file, upload.content, today=today))
    await rosters.lock_region(tx, vault, upload.region_code)
    known = await rosters.find_file(tx, upload.region_code, upload.school_code, upload.file_hash)
    if known is not None:
        return known
    places = await rosters.known_pupils(tx, vault, upload.region_code, report.accepted)
    elsewhere = {snils for snils, school in places.items() if school != upload.school_code}
    report = without_duplicates(report, file, taken=elsewhere)
    roster = stored(new_id(), upload.region_code, upload.school_code, report, tx.now)
    await rosters.add(tx, vault, roster, upload.file_hash, rejected_csv(file, report), upload.imported_by)
    new = [pupil for pupil in report.accepted if pupil.snils not in places]
    await rosters.add_entries(tx, vault, roster, new, disappears_on=today + ENTRY_TERM)
    return roster


async def find_roster(tx: Transaction, roster_id: UUID, scopes: tuple[Scope, ...]) -> StoredRoster:
    """Find a roster within the asker's scopes.

    Raises:
        NotFound: there is none, or it is another school's or region's.
    """
    roster = await rosters.find(tx, roster_id)
    if roster is None or not any(may_handle(scope, roster.region_code, roster.school_code) for scope in scopes):
        raise NotFound
    return roster


async def rejected_rows(tx: Transaction, vault: Vault, roster: StoredRoster, record: AuditRecord) -> str:
    """Read the file to correct, leaving an audit record."""
    await audit.write(tx, record)
    return await rosters.rejected_file(tx, vault, roster.roster_id)


async def activation_codes(tx: Transaction, vault: Vault, roster: StoredRoster, record: AuditRecord) -> str:
    """Write the codes to print and hand out as CSV, leaving an audit record."""
    codes = await rosters.activation_codes(tx, vault, roster.roster_id)
    await audit.write(tx, record)
    lines = [(f"{code.grade}{code.letter or ''}", code.name.full, code.code) for code in codes]
    return to_csv(("Класс", "Фамилия Имя Отчество", "Код активации"), lines)


def may_handle(scope: Scope, region_code: str, school_code: str) -> bool:
    """Whether a scope covers a school's rosters: the region's operator, or the school's own coordinator."""
    if scope.region_code != region_code:
        return False
    if scope.role == ActingRole.REGIONAL_OPERATOR:
        return True
    return scope.role == ActingRole.SCHOOL_COORDINATOR and scope.school_code == school_code


def check_file(content: bytes, *, today: date) -> tuple[RosterFile, RosterReport]:
    """Read a roster from a workbook or from CSV and check its rows; what other schools have sent is not looked at.

    Raises:
        RosterUnreadable: the file as a whole is not a roster.
    """
    check_size(content)
    file = (
        read_roster(spreadsheets.lines_of(content))
        if spreadsheets.is_spreadsheet(content)
        else read_roster_file(content)
    )
    return file, check_roster(file, today=today)

"""Schools and mentors of a region are imported from its directory files; known ones are brought up to date."""

import re
from dataclasses import dataclass

from bilet_identity.domain.directory_file import Line, LineFault, read_directory_file
from bilet_identity.domain.errors import InvalidName, ScopeNotYours
from bilet_identity.domain.names import make_name
from bilet_identity.domain.staff import Staff
from bilet_identity.storage import directory, staff
from bilet_identity.storage.directory import School
from bilet_identity.storage.people import PersonalData
from bilet_identity.storage.sealing import Vault
from bilet_identity.storage.staff import Newcomer
from bilet_identity.use_cases.staff import add_staff, change_staff
from bilet_kit.access import ActingRole, Scope
from bilet_kit.storage.database import Transaction

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
_CODE = re.compile(r"[0-9A-Za-z-]{1,32}")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many rows were accepted, and which were rejected."""

    accepted: int
    rejected: tuple[LineFault, ...]


async def import_schools(tx: Transaction, region_code: str, content: bytes) -> ImportReport:
    """Import schools from the columns `school_code,name,municipality`.

    Raises:
        ImportUnreadable: the file as a whole cannot be read.
    """
    lines, faults = read_directory_file(content, ("school_code", "name", "municipality"))
    good, repeated = _unique(lines, "school_code")
    given = [
        School(
            region_code=region_code,
            school_code=line.cells["school_code"],
            name=line.cells["name"],
            municipality=line.cells["municipality"],
        )
        for line in good
    ]
    await directory.put(tx, given)
    return _report(len(given), [*faults, *repeated])


async def import_mentors(tx: Transaction, vault: Vault, region_code: str, content: bytes) -> ImportReport:
    """Import mentors from `mentor_code,last_name,first_name,patronymic,site_code,email`; new ones get a code.

    Raises:
        ImportUnreadable: the file as a whole cannot be read.
        ScopeNotYours: a code is that of somebody who is no mentor.
    """
    columns = ("mentor_code", "last_name", "first_name", "patronymic", "site_code", "email")
    lines, faults = read_directory_file(content, columns)
    unique, repeated = _unique(lines, "mentor_code")
    faults += repeated
    mentors: list[Newcomer] = []
    for line in unique:
        mentor = _mentor(line, region_code)
        if isinstance(mentor, LineFault):
            faults.append(mentor)
        else:
            mentors.append(mentor)
    await _put_mentors(tx, vault, region_code, mentors)
    return _report(len(mentors), faults)


async def _put_mentors(tx: Transaction, vault: Vault, region_code: str, mentors: list[Newcomer]) -> None:
    known = await staff.by_code(tx, region_code, [str(mentor.scope.staff_code) for mentor in mentors])
    members = {member.staff_id: member for member in await staff.load_many(tx, known.values())}
    for staff_code, staff_id in known.items():
        _check_mentor(members[staff_id], staff_code)
    await add_staff(tx, vault, [mentor for mentor in mentors if mentor.scope.staff_code not in known])
    for mentor in mentors:
        if mentor.scope.staff_code in known:
            await change_staff(tx, vault, members[known[mentor.scope.staff_code]], mentor)


def _check_mentor(member: Staff, staff_code: str) -> None:
    """Refuse to change other staff by a file of mentors: it would take their role and their address."""
    if any(scope.role != ActingRole.MENTOR for scope in member.scopes if scope.staff_code == staff_code):
        raise ScopeNotYours(f"Код {staff_code} принадлежит сотруднику в другой роли.")


def _mentor(line: Line, region_code: str) -> Newcomer | LineFault:
    cells = line.cells
    try:
        name = make_name(cells["last_name"], cells["first_name"], cells["patronymic"])
    except InvalidName as error:
        return LineFault(line.number, "last_name", "invalid", str(error))
    if not _EMAIL.fullmatch(cells["email"]):
        return LineFault(line.number, "email", "invalid", "Адрес электронной почты не похож на адрес.")
    scope = Scope(
        role=ActingRole.MENTOR,
        region_code=region_code,
        site_code=cells["site_code"],
        staff_code=cells["mentor_code"],
    )
    return Newcomer(PersonalData(name=name, email=cells["email"]), scope)


def _unique(lines: list[Line], column: str) -> tuple[list[Line], list[LineFault]]:
    seen: set[str] = set()
    good: list[Line] = []
    faults: list[LineFault] = []
    for line in lines:
        code = line.cells[column]
        if not _CODE.fullmatch(code):
            faults.append(LineFault(line.number, column, "invalid", "Код состоит из латинских букв, цифр и дефиса."))
        elif code in seen:
            faults.append(LineFault(line.number, column, "duplicate", "Такой код уже есть выше."))
        else:
            seen.add(code)
            good.append(line)
    return good, faults


def _report(accepted: int, faults: list[LineFault]) -> ImportReport:
    return ImportReport(accepted, tuple(sorted(faults, key=lambda fault: fault.row)))

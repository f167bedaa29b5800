"""Sends a pack through the gateway as the region's operator: its tables, then the rosters in name order."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bilet_local.errors import StackError
from bilet_local.importing.calls import Caller, Gateway, Refused
from bilet_local.importing.outcome import PackOutcome, RosterOutcome, TableOutcome
from bilet_local.importing.pack import BOOKING_FILES, CONTENT_TYPES, IDENTITY_FILES, Pack, rows_of

Advance = Callable[[str], None]
"""Told the name of every file that is done."""

_SHOWN_REASONS = 10
_UNREADABLE = 422
_NOT_YOUR_REGION = "region-forbidden"
_KNOWN_WITHIN_SECONDS = 15.0
_ASK_AGAIN_SECONDS = 0.25


async def sign_in(gateway: Gateway, login: str, password: str, role: str | None = None) -> Caller:
    """Begin a session of a pupil or of staff.

    Raises:
        Refused: login or password is wrong.
    """
    caller = Caller(gateway)
    body = {"login": login, "password": password} | ({"role": role} if role else {})
    caller.signed_in(await caller.post("/identity/sessions", body))
    return caller


async def import_pack(operator: Caller, pack: Pack, advance: Advance) -> PackOutcome:
    """Send everything; what booking takes and what identity takes do not wait for each other.

    Every upload names the pack's region, so that nothing of it is taken into another.

    Raises:
        StackError: a table was refused as a whole or in every row, so nothing that needs it can follow.
    """
    async with asyncio.TaskGroup() as group:
        booking = group.create_task(_tables("booking", BOOKING_FILES, operator, pack, advance))
        identity = group.create_task(_identity(operator, pack, advance))
    tables, rosters, seconds = identity.result()
    return PackOutcome(
        tables=(*tables, *booking.result()), rosters=rosters, seats=_seats(pack, booking.result()), seconds=seconds
    )


async def _identity(
    operator: Caller, pack: Pack, advance: Advance
) -> tuple[list[TableOutcome], tuple[RosterOutcome, ...], float]:
    tables = await _tables("identity", IDENTITY_FILES, operator, pack, advance)
    began = time.monotonic()
    rosters = await _rosters(operator, pack, advance)
    return tables, rosters, time.monotonic() - began


async def _tables(
    service: str, files: Mapping[str, str], operator: Caller, pack: Pack, advance: Advance
) -> list[TableOutcome]:
    outcomes = []
    upload = _UPLOADS[service]
    for kind, name in files.items():
        try:
            answer = await upload(operator, f"/{service}/imports/{kind}", pack.content(name), region=pack.region_code)
        except Refused as refusal:
            raise StackError(f"Файл {name} не принят целиком: {refusal}") from None
        outcome = table_outcome(kind, answer)
        if outcome.rejected and not outcome.accepted:
            raise StackError(_nothing_taken(name, outcome))
        outcomes.append(outcome)
        advance(name)
    return outcomes


def _nothing_taken(name: str, outcome: TableOutcome) -> str:
    shown = "\n  ".join(outcome.rejected[:_SHOWN_REASONS])
    more = len(outcome.rejected) - _SHOWN_REASONS
    others = f"\n  …и ещё {more}" if more > 0 else ""
    return f"Из файла {name} не принята ни одна строка, дальше загружать нечего:\n  {shown}{others}"


async def _upload(operator: Caller, path: str, content: bytes, *, region: str) -> Mapping[str, Any]:
    return await operator.upload(path, content, region=region)


async def _upload_once_known(operator: Caller, path: str, content: bytes, *, region: str) -> Mapping[str, Any]:
    """Upload; a service hears of an operator through an event, so one made a moment ago may still be a stranger to it."""
    give_up_at = time.monotonic() + _KNOWN_WITHIN_SECONDS
    while True:
        try:
            return await operator.upload(path, content, region=region)
        except Refused as refusal:
            if refusal.code != _NOT_YOUR_REGION or time.monotonic() > give_up_at:
                raise
        await asyncio.sleep(_ASK_AGAIN_SECONDS)


_UPLOADS = {"identity": _upload, "booking": _upload_once_known}
"""How a table is sent: identity itself made the operator, booking hears of it."""


def table_outcome(kind: str, answer: Mapping[str, Any]) -> TableOutcome:
    """Read a service's answer to a table."""
    return TableOutcome(
        kind=kind,
        accepted=answer["accepted"],
        rejected=tuple(f"строка {row['row']}, {row['column']}: {row['reason']}" for row in answer["rejected"]),
        warned=tuple(f"строка {row['row']}: {row['reason']}" for row in answer.get("warned", ())),
    )


async def _rosters(operator: Caller, pack: Pack, advance: Advance) -> tuple[RosterOutcome, ...]:
    """One after another, since the first file with a pupil keeps the pupil; files to correct are fetched meanwhile."""
    outcomes: list[asyncio.Task[RosterOutcome]] = []
    async with asyncio.TaskGroup() as group:
        for file in pack.rosters:
            outcome = await _roster(operator, file, pack.region_code)
            outcomes.append(group.create_task(_with_file_to_correct(operator, outcome)))
            advance(file.name)
    return tuple(task.result() for task in outcomes)


async def _roster(operator: Caller, file: Path, region: str) -> RosterOutcome:
    content = await asyncio.to_thread(file.read_bytes)
    kind = CONTENT_TYPES[file.suffix.lower()]
    try:
        answer = await operator.upload(
            "/identity/rosters", content, content_type=kind, region=region, school_code=file.stem
        )
    except Refused as refusal:
        if refusal.status != _UNREADABLE:
            raise
        return RosterOutcome(file=file, school_code=file.stem, refused=str(refusal))
    return roster_outcome(file, answer)


def roster_outcome(file: Path, answer: Mapping[str, Any]) -> RosterOutcome:
    """Read the service's answer to a roster."""
    return RosterOutcome(
        file=file,
        school_code=answer["school_code"],
        roster_id=answer["roster_id"],
        rows=answer["rows"],
        accepted=answer["accepted"],
        rejected=answer["reasons"],
        rejected_rows=frozenset(row["row"] for row in answer["rejected"]),
        warnings=tuple(warning["detail"] for warning in answer["warnings"]),
    )


async def _with_file_to_correct(operator: Caller, outcome: RosterOutcome) -> RosterOutcome:
    if not outcome.rejected_rows:
        return outcome
    text = await operator.get_text(f"/identity/rosters/{outcome.roster_id}/rejected.csv")
    return replace(outcome, to_correct=text)


def _seats(pack: Pack, tables: list[TableOutcome]) -> int:
    """Seats of the pack's slots, if all of them were taken."""
    slots = next(table for table in tables if table.kind == "slots")
    if slots.rejected:
        return 0
    return sum(int(row["capacity"]) for row in rows_of(pack.content(BOOKING_FILES["slots"])))

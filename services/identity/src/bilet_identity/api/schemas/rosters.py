"""Rosters of schools."""

from collections import Counter
from datetime import datetime
from typing import Self
from uuid import UUID

from bilet_identity.api.schemas.directory import RowFaultView
from bilet_identity.storage.rosters import StoredRoster
from bilet_kit.web.schemas import View


class RosterWarningView(View):
    """Something that a person should look at."""

    code: str
    detail: str


class RosterView(View):
    """What became of every row of a roster."""

    roster_id: UUID
    region_code: str
    school_code: str
    rows: int
    accepted: int
    rejected: list[RowFaultView]
    reasons: dict[str, int]
    warnings: list[RosterWarningView]
    imported_at: datetime

    @classmethod
    def of(cls, roster: StoredRoster) -> Self:
        return cls(
            roster_id=roster.roster_id,
            region_code=roster.region_code,
            school_code=roster.school_code,
            rows=roster.rows,
            accepted=roster.accepted,
            rejected=[
                RowFaultView(row=row.row, column=row.column, reason=row.reason.value, detail=row.detail)
                for row in roster.rejected
            ],
            reasons=dict(Counter(row.reason.value for row in roster.rejected)),
            warnings=[RosterWarningView(code=item.code, detail=item.detail) for item in roster.warnings],
            imported_at=roster.imported_at,
        )

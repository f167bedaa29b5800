"""What became of an imported file, over HTTP."""

from typing import Self

from bilet_booking.domain.reading import Rejected, Warned
from bilet_booking.use_cases.imports import ImportReport
from bilet_kit.web.schemas import View


class RejectedRowView(View):
    """A row that was not taken; rows count from 1, the heading included."""

    row: int
    column: str
    reason: str

    @classmethod
    def of(cls, rejected: Rejected) -> Self:
        return cls(row=rejected.row, column=rejected.column, reason=rejected.reason)


class WarnedRowView(View):
    """A row that was taken although somebody should look at it."""

    row: int
    reason: str

    @classmethod
    def of(cls, warned: Warned) -> Self:
        return cls(row=warned.row, reason=warned.reason)


class ImportView(View):
    """What became of a file."""

    rows: int
    accepted: int
    published: int
    rejected: list[RejectedRowView]
    warned: list[WarnedRowView]

    @classmethod
    def of(cls, report: ImportReport) -> Self:
        return cls(
            rows=report.rows,
            accepted=report.accepted,
            published=report.published,
            rejected=[RejectedRowView.of(row) for row in report.rejected],
            warned=[WarnedRowView.of(row) for row in report.warned],
        )

"""Schools, and what became of an imported directory file."""

from typing import Self

from bilet_identity.storage.directory import School
from bilet_identity.use_cases.directory import ImportReport
from bilet_kit.web.schemas import PageView, View


class SchoolView(View):
    """A school; its code is unique within the region."""

    region_code: str
    school_code: str
    name: str
    municipality: str

    @classmethod
    def of(cls, school: School) -> Self:
        return cls(
            region_code=school.region_code,
            school_code=school.school_code,
            name=school.name,
            municipality=school.municipality,
        )


class SchoolsView(PageView[SchoolView]):
    """A page of schools."""


class RowFaultView(View):
    """A rejected row, counted from 1 over data rows."""

    row: int
    column: str
    reason: str
    detail: str


class ImportView(View):
    """What became of the rows of a directory file."""

    accepted: int
    rejected: list[RowFaultView]

    @classmethod
    def of(cls, report: ImportReport) -> Self:
        return cls(
            accepted=report.accepted,
            rejected=[
                RowFaultView(row=fault.row, column=fault.column, reason=fault.reason, detail=fault.detail)
                for fault in report.rejected
            ],
        )

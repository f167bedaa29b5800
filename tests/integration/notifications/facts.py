"""Events that notifications hears, with everything in them that a test does not care about."""

from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from bilet_contracts.booking import BookingState, CompetencyPublishedV1, SitePublishedV1
from bilet_contracts.diagnostics import DiagnosticsCompletedV1, StageCompletedV1
from bilet_contracts.identity import (
    ConsentGrantedV1,
    ConsentWithdrawnV1,
    Purpose,
    StaffScope,
    StaffScopeChangedV1,
    StudentState,
)

S = TypeVar("S", bound=StudentState)
B = TypeVar("B", bound=BookingState)
REGION = "63"
NOW = datetime(2026, 8, 10, 9, tzinfo=UTC)
STARTS = datetime(2026, 8, 15, 6, tzinfo=UTC)
DUE = datetime(2026, 8, 12, 6, 30, tzinfo=UTC)


def student(kind: type[S], pupil: UUID, *guardians: UUID, **changes: Any) -> S:  # noqa: ANN401 - fields by name
    values: dict[str, Any] = {
        "region_code": REGION,
        "student_id": pupil,
        "status": "active",
        "grade": 8,
        "school_code": "630001",
        "decides_alone": False,
        "guardian_ids": guardians,
        "purposes": ("processing", "transfer"),
    }
    return kind.model_validate(values | changes)


def booking(kind: type[B], pupil: UUID, **changes: Any) -> B:  # noqa: ANN401 - fields by name
    values: dict[str, Any] = {
        "region_code": REGION,
        "booking_id": uuid4(),
        "student_id": pupil,
        "season_code": "63-2026",
        "slot_id": uuid4(),
        "slot_code": "63-T01-1",
        "site_code": "63-S01",
        "competency": "welding",
        "format": "in-person",
        "starts_at": STARTS,
        "ends_at": STARTS,
        "timezone": "Europe/Samara",
        "approval_due_at": DUE,
        "decided_by": "guardian",
        "decided_by_id": uuid4(),
        "visible_until": STARTS,
        "reason": "changed-mind",
        "recommendation_id": uuid4(),
        "issued_by_id": uuid4(),
    }
    return kind.model_validate(values | changes)


def site() -> SitePublishedV1:
    return SitePublishedV1(
        region_code=REGION,
        site_id=uuid4(),
        site_code="63-S01",
        name="Поволжский колледж",
        municipality="г. Речной",
        address="ул. Луговая, 12",
        timezone="Europe/Samara",
        wheelchair_access=True,
    )


def competency() -> CompetencyPublishedV1:
    return CompetencyPublishedV1(
        region_code=REGION,
        competency_id=uuid4(),
        competency="welding",
        title="Сварочные технологии",
        field="Промышленность",
        riasec="RIC",
        grade_from=6,
        grade_to=11,
    )


def stage_completed(pupil: UUID, stage: int = 1) -> StageCompletedV1:
    return StageCompletedV1(region_code=REGION, student_id=pupil, season_code="63-2026", stage=stage, instruments=())


def diagnostics_completed(pupil: UUID) -> DiagnosticsCompletedV1:
    return DiagnosticsCompletedV1(region_code=REGION, student_id=pupil, season_code="63-2026", recommended=())


def granted(pupil: UUID, purpose: Purpose = "notify-email") -> ConsentGrantedV1:
    return ConsentGrantedV1(
        region_code=REGION, student_id=pupil, purpose=purpose, text_version="1", granted_by="student"
    )


def withdrawn(pupil: UUID, purpose: Purpose = "notify-email") -> ConsentWithdrawnV1:
    return ConsentWithdrawnV1(region_code=REGION, student_id=pupil, purpose=purpose, withdrawn_by="guardian")


def staff(staff_id: UUID, *, roles: tuple[str, ...] = ("mentor",)) -> StaffScopeChangedV1:
    scopes = [StaffScope.model_validate({"role": role, "region_code": REGION}) for role in roles]
    return StaffScopeChangedV1(region_code=REGION, staff_id=staff_id, scopes=tuple(scopes), changed_at=STARTS)

"""What booking and identity tell about a try-out, its mentor and a pupil's booking."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from bilet_contracts.booking import (
    AttendanceRecordedV1,
    BookingApprovedV1,
    BookingCancelledV1,
    BookingState,
    RecommendationIssuedV1,
    SlotPublishedV1,
    TryOutPublishedV1,
)
from bilet_contracts.identity import StaffScopeChangedV1
from tests.integration.diagnostics.world import FIRST_DAY

B = TypeVar("B", bound=BookingState)
MENTOR_CODE = "63-M01"
STARTS = FIRST_DAY + timedelta(days=60)
VISIBLE_UNTIL = FIRST_DAY + timedelta(days=150)


def staff(staff_id: UUID, *scopes: dict[str, str]) -> StaffScopeChangedV1:
    return StaffScopeChangedV1.model_validate(
        {"region_code": "63", "staff_id": staff_id, "scopes": scopes, "changed_at": FIRST_DAY}
    )


def mentor(staff_id: UUID, code: str = MENTOR_CODE, region: str = "63") -> StaffScopeChangedV1:
    return staff(staff_id, {"role": "mentor", "region_code": region, "staff_code": code})


def coordinator(staff_id: UUID, school_code: str = "630001", region: str = "63") -> StaffScopeChangedV1:
    return staff(staff_id, {"role": "school-coordinator", "region_code": region, "school_code": school_code})


@dataclass(slots=True)
class TryOut:
    """One try-out with one slot, held by a mentor."""

    mentor_code: str = MENTOR_CODE
    competency: str = "web"
    code: str = "63-T001"
    try_out_id: UUID = field(default_factory=uuid4)
    slot_id: UUID = field(default_factory=uuid4)

    def catalogue(self) -> tuple[TryOutPublishedV1, SlotPublishedV1]:
        """Make the try-out and its slot, as booking publishes them."""
        offered = TryOutPublishedV1(
            region_code="63",
            try_out_id=self.try_out_id,
            try_out_code=self.code,
            season_code="63-2026",
            competency=self.competency,
            site_code="63-S01",
            mentor_code=self.mentor_code,
            format="in-person",
            title="Сверстай страницу",
            grade_from=6,
            grade_to=11,
            duration_minutes=90,
        )
        slot = SlotPublishedV1(
            region_code="63",
            slot_id=self.slot_id,
            slot_code=f"{self.code}-1",
            try_out_code=self.code,
            starts_at=STARTS,
            ends_at=STARTS + timedelta(minutes=90),
            capacity=10,
        )
        return offered, slot


@dataclass(slots=True)
class Booked:
    """One pupil's booking of the slot."""

    student_id: UUID
    try_out: TryOut = field(default_factory=TryOut)
    booking_id: UUID = field(default_factory=uuid4)
    mentor_id: UUID = field(default_factory=uuid4)

    def approved(self, visible_until: datetime = VISIBLE_UNTIL) -> BookingApprovedV1:
        return self._told(BookingApprovedV1, decided_by="guardian", decided_by_id=uuid4(), visible_until=visible_until)

    def cancelled(self) -> BookingCancelledV1:
        return self._told(BookingCancelledV1, decided_by="student", reason="changed-mind")

    def attended(self, attendance: str = "attended") -> AttendanceRecordedV1:
        return self._told(AttendanceRecordedV1, attendance=attendance, recorded_by_id=self.mentor_id)

    def recommended(self) -> RecommendationIssuedV1:
        return self._told(RecommendationIssuedV1, recommendation_id=uuid4(), issued_by_id=self.mentor_id)

    def _told(self, kind: type[B], **more: Any) -> B:  # noqa: ANN401 - any field
        return kind.model_validate(
            {
                "region_code": "63",
                "booking_id": self.booking_id,
                "student_id": self.student_id,
                "season_code": "63-2026",
                "slot_id": self.try_out.slot_id,
                "slot_code": f"{self.try_out.code}-1",
                "site_code": "63-S01",
                "competency": self.try_out.competency,
                "format": "in-person",
                "starts_at": STARTS,
                "ends_at": STARTS + timedelta(minutes=90),
                "timezone": "Europe/Samara",
                "mentor_staff_id": self.mentor_id,
                **more,
            }
        )

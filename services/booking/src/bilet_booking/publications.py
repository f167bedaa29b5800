"""Everything booking publishes: how each domain event becomes a contract event."""

from datetime import date, datetime
from typing import TypedDict
from uuid import UUID

from bilet_booking.domain import events
from bilet_contracts.booking import (
    AttendanceRecordedV1,
    BookingApprovedV1,
    BookingCancelledV1,
    BookingDeclinedV1,
    BookingExpiredV1,
    BookingRequestedV1,
    BookingState,
    CompetencyPublishedV1,
    Format,
    RecommendationIssuedV1,
    SeasonPublishedV1,
    SitePublishedV1,
    SlotPublishedV1,
    TryOutPublishedV1,
)
from bilet_kit.storage.outbox import Publications, Published


class _State(TypedDict):
    region_code: str
    booking_id: UUID
    student_id: UUID
    season_code: str
    slot_id: UUID
    slot_code: str
    site_code: str
    competency: str
    format: Format
    starts_at: datetime
    ends_at: datetime
    timezone: str
    mentor_staff_id: UUID | None


def _state(event: events.BookingEvent) -> _State:
    slot = event.appointment
    return _State(
        region_code=slot.region_code,
        booking_id=event.booking_id,
        student_id=event.student_id,
        season_code=slot.season_code,
        slot_id=slot.slot_id,
        slot_code=slot.slot_code,
        site_code=slot.site_code,
        competency=slot.competency,
        format=slot.format.value,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        timezone=slot.timezone,
        mentor_staff_id=slot.mentor_staff_id,
    )


def _published(fact: BookingState, event: events.BookingEvent) -> Published:
    return Published(fact, "booking", str(event.booking_id))


def to_booking_requested(event: events.BookingRequested) -> Published:
    """Ask for a decision, and give its deadline."""
    return _published(BookingRequestedV1(**_state(event), approval_due_at=event.approval_due_at), event)


def to_booking_approved(event: events.BookingApproved) -> Published:
    """Report an approval; site and mentor may see the pupil until the season takes no more recommendations."""
    fact = BookingApprovedV1(
        **_state(event),
        decided_by=event.by.role.value,
        decided_by_id=event.by.id,
        visible_until=event.appointment.visible_until,
    )
    return _published(fact, event)


def to_booking_declined(event: events.BookingDeclined) -> Published:
    """Report a refusal and who took the decision."""
    fact = BookingDeclinedV1(**_state(event), decided_by=event.by.role.value, decided_by_id=event.by.id)
    return _published(fact, event)


def to_booking_expired(event: events.BookingExpired) -> Published:
    """Report that nobody decided by the deadline."""
    return _published(BookingExpiredV1(**_state(event), approval_due_at=event.approval_due_at), event)


def to_booking_cancelled(event: events.BookingCancelled) -> Published:
    """Report a cancellation, who made it and why."""
    fact = BookingCancelledV1(
        **_state(event), decided_by=event.by.role.value, decided_by_id=event.by.id, reason=event.reason.value
    )
    return _published(fact, event)


def to_attendance_recorded(event: events.AttendanceRecorded) -> Published:
    """Report whether the pupil came."""
    fact = AttendanceRecordedV1(**_state(event), attendance=event.attendance.value, recorded_by_id=event.by)
    return _published(fact, event)


def to_recommendation_issued(event: events.RecommendationIssued) -> Published:
    """Report that there is a recommendation; its text is personal data and stays in booking."""
    fact = RecommendationIssuedV1(**_state(event), recommendation_id=event.recommendation_id, issued_by_id=event.by)
    return _published(fact, event)


def to_season_published(event: events.SeasonPublished) -> Published:
    """Publish the whole season; school years begin on 1 September."""
    season = event.season
    fact = SeasonPublishedV1(
        region_code=season.region_code,
        season_id=season.season_id,
        season_code=season.season_code,
        year=season.year,
        timezone=season.timezone,
        registration_from=season.registration_from,
        diagnostics_from=season.diagnostics_from,
        booking_from=season.booking_from,
        try_outs_from=season.try_outs_from,
        try_outs_until=season.try_outs_until,
        recommendations_until=season.recommendations_until,
        closes=season.closes,
        first_school_day=date(season.year, 9, 1),
        max_bookings=season.max_bookings,
        max_in_person=season.max_in_person,
    )
    return Published(fact, "season", str(season.season_id))


def to_site_published(event: events.SitePublished) -> Published:
    """Publish the whole site."""
    site = event.site
    fact = SitePublishedV1(
        region_code=site.region_code,
        site_id=site.site_id,
        site_code=site.site_code,
        name=site.name,
        municipality=site.municipality,
        address=site.address,
        timezone=site.timezone,
        wheelchair_access=site.wheelchair_access,
    )
    return Published(fact, "site", str(site.site_id))


def to_competency_published(event: events.CompetencyPublished) -> Published:
    """Publish the whole competency."""
    competency = event.competency
    fact = CompetencyPublishedV1(
        region_code=competency.region_code,
        competency_id=competency.competency_id,
        competency=competency.competency,
        title=competency.title,
        field=competency.field,
        riasec=competency.riasec,
        grade_from=competency.grade_from,
        grade_to=competency.grade_to,
    )
    return Published(fact, "competency", str(competency.competency_id))


def to_try_out_published(event: events.TryOutPublished) -> Published:
    """Publish the whole try-out."""
    try_out = event.try_out
    fact = TryOutPublishedV1(
        region_code=try_out.region_code,
        try_out_id=try_out.try_out_id,
        try_out_code=try_out.try_out_code,
        season_code=try_out.season_code,
        competency=try_out.competency,
        site_code=try_out.site_code,
        mentor_code=try_out.mentor_code,
        format=try_out.format.value,
        title=try_out.title,
        grade_from=try_out.grade_from,
        grade_to=try_out.grade_to,
        duration_minutes=try_out.duration_minutes,
    )
    return Published(fact, "try-out", str(try_out.try_out_id))


def to_slot_published(event: events.SlotPublished) -> Published:
    """Publish the whole slot without its free seats, which change with every booking."""
    slot = event.slot
    fact = SlotPublishedV1(
        region_code=slot.region_code,
        slot_id=slot.slot_id,
        slot_code=slot.slot_code,
        try_out_code=slot.try_out_code,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        capacity=slot.capacity,
    )
    return Published(fact, "slot", str(slot.slot_id))


PUBLICATIONS = Publications(
    service="booking",
    translations={
        events.SeasonPublished: to_season_published,
        events.SitePublished: to_site_published,
        events.CompetencyPublished: to_competency_published,
        events.TryOutPublished: to_try_out_published,
        events.SlotPublished: to_slot_published,
        events.BookingRequested: to_booking_requested,
        events.BookingApproved: to_booking_approved,
        events.BookingDeclined: to_booking_declined,
        events.BookingExpired: to_booking_expired,
        events.BookingCancelled: to_booking_cancelled,
        events.AttendanceRecorded: to_attendance_recorded,
        events.RecommendationIssued: to_recommendation_issued,
    },
    events=(
        AttendanceRecordedV1,
        BookingApprovedV1,
        BookingCancelledV1,
        BookingDeclinedV1,
        BookingExpiredV1,
        BookingRequestedV1,
        CompetencyPublishedV1,
        RecommendationIssuedV1,
        SeasonPublishedV1,
        SitePublishedV1,
        SlotPublishedV1,
        TryOutPublishedV1,
    ),
)

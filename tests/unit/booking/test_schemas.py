"""What is shown over HTTP is named by its view."""

from dataclasses import dataclass, replace

from bilet_booking.api.schemas.bookings import BookingView
from bilet_booking.domain.catalogue import Appointment
from bilet_booking.domain.events import BookingRequested
from bilet_booking.publications import PUBLICATIONS
from tests.unit.booking.makers import NOW, appointment, requested


@dataclass(frozen=True, slots=True, kw_only=True)
class NewerAppointment(Appointment):
    """An appointment of a version that knows an optional fact more."""

    hall: str | None = None


def newer() -> NewerAppointment:
    known = {name: getattr(appointment(), name) for name in Appointment.__dataclass_fields__}
    return NewerAppointment(**known, hall="2-й этаж")


def test_a_new_fact_of_an_appointment_is_not_shown_by_itself() -> None:
    shown = BookingView.of(replace(requested(), appointment=newer())).model_dump_json()

    assert "hall" not in shown
    assert "2-й этаж" not in shown


def test_a_new_fact_of_an_appointment_is_not_published_by_itself() -> None:
    event = BookingRequested(
        booking_id=requested().booking_id,
        student_id=requested().student_id,
        appointment=newer(),
        at=NOW,
        approval_due_at=NOW,
    )

    (published,) = PUBLICATIONS.translate(event)

    assert b"hall" not in published.event.to_json()


def test_what_only_staff_and_events_need_is_not_shown() -> None:
    assert not {"mentor_staff_id", "mentor_code", "in_person", "attended_by"} & set(BookingView.model_fields)

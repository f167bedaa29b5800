"""How many try-outs a pupil may have in a season, across regions; the season sets the limits, also of those in person."""

from dataclasses import dataclass

from bilet_booking.domain.catalogue import Appointment, Format
from bilet_booking.domain.errors import InPersonQuotaExhausted, QuotaExhausted


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How many of a pupil's bookings count, and how many of them are in person."""

    booked: int = 0
    in_person: int = 0

    def claim(self, appointment: Appointment) -> "Quota":
        """Count one more booking, by the limits of the appointment's season.

        Raises:
            QuotaExhausted: the season's limit is reached.
            InPersonQuotaExhausted: the limit in person is reached.
        """
        in_person = appointment.format is Format.IN_PERSON
        if self.booked >= appointment.max_bookings:
            raise QuotaExhausted(appointment.max_bookings)
        if in_person and self.in_person >= appointment.max_in_person:
            raise InPersonQuotaExhausted(appointment.max_in_person)
        return Quota(booked=self.booked + 1, in_person=self.in_person + in_person)

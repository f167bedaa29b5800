"""How many try-outs a pupil may have in a season: at most two, of them at most one in person, across regions."""

from dataclasses import dataclass, replace

from bilet_booking.domain.errors import InPersonQuotaExhausted, QuotaExhausted


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """Counters of what counts, beside the season's limits."""

    booked: int = 0
    in_person: int = 0
    max_bookings: int = 2
    max_in_person: int = 1

    def claim(self, *, in_person: bool) -> "Quota":
        """One more booking.

        Raises:
            QuotaExhausted: the season's limit is reached.
            InPersonQuotaExhausted: the limit in person is reached.
        """
        if self.booked >= self.max_bookings:
            raise QuotaExhausted(self.max_bookings)
        if in_person and self.in_person >= self.max_in_person:
            raise InPersonQuotaExhausted(self.max_in_person)
        return replace(self, booked=self.booked + 1, in_person=self.in_person + in_person)

    def release(self, *, in_person: bool) -> "Quota":
        """One booking given back."""
        return replace(self, booked=self.booked - 1, in_person=self.in_person - in_person)

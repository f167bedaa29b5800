"""Whatever is done with bookings in whatever order, seats, quotas and the state machine hold."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bilet_booking.domain import deciding
from bilet_booking.domain.booking import AHEAD, Booking, Status, evolve
from bilet_booking.domain.catalogue import Format
from bilet_booking.domain.errors import DomainError
from bilet_booking.domain.events import Attendance, Event, Maker, Reason, Role
from tests.unit.booking.makers import MENTOR, NOW, advice, appointment, standing

ALLOWED = {
    Status.REQUESTED: {Status.APPROVED, Status.DECLINED, Status.EXPIRED, Status.CANCELLED},
    Status.APPROVED: {Status.CANCELLED, Status.ATTENDED, Status.NO_SHOW},
}
"""The state machine of the rules; what is not here is final."""

GUARDIANS = [Maker(Role.GUARDIAN, uuid4()) for _ in range(2)]
makers = st.sampled_from(GUARDIANS)


class Life(RuleBasedStateMachine):
    """One pupil's booking, its slot's seats and its quota, beside a plain record of what happened."""

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = NOW
        self.history: list[Status] = []
        self.seats = 0
        self.counted = 0
        self.booking: Booking
        self.decision: tuple[Maker, bool] | None = None

    @initialize(form=st.sampled_from(Format))
    def request(self, form: Format) -> None:
        slot = appointment(format=form)
        events = deciding.request(booking_id=uuid4(), standing=standing(), appointment=slot, now=self.now)
        self.booking = evolve(None, events[0])
        self.history, self.seats, self.counted = [self.booking.status], 1, 1

    @rule(hours=st.integers(1, 24 * 8))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(by=makers)
    def approve(self, by: Maker) -> None:
        self._decide(by, approved=True)

    @rule(by=makers)
    def decline(self, by: Maker) -> None:
        self._decide(by, approved=False)

    @rule()
    def expire(self) -> None:
        self._apply(deciding.expire(self.booking, now=self.now))

    @rule(by=makers)
    def cancel(self, by: Maker) -> None:
        try:
            self._apply(deciding.cancel(self.booking, by=by, reason=Reason.CHANGED_MIND, now=self.now))
        except DomainError:
            assert self.booking.status not in AHEAD or self.now >= self.booking.appointment.starts_at

    @rule()
    def withdraw(self) -> None:
        self._apply(deciding.withdraw(self.booking, now=self.now))
        assert self.booking.status not in AHEAD or self.now >= self.booking.appointment.starts_at

    @rule(attendance=st.sampled_from(Attendance), by=st.sampled_from([MENTOR, uuid4()]))
    def attend(self, attendance: Attendance, by: UUID) -> None:
        try:
            events = deciding.record_attendance(self.booking, attendance=attendance, by=by, now=self.now)
        except DomainError:
            return
        self._apply(events)
        assert self.now >= self.booking.appointment.starts_at

    @precondition(lambda self: self.booking.status is Status.ATTENDED)
    @rule(text=st.sampled_from(["Да", "Нет"]))
    def recommend(self, text: str) -> None:
        before = self.booking.recommendation
        try:
            self._apply(deciding.recommend(self.booking, advice(text), now=self.now))
        except DomainError:
            assert before is not None or self.now >= self.booking.appointment.visible_until
        assert before is None or self.booking.recommendation == before

    def _decide(self, by: Maker, *, approved: bool) -> None:
        command = deciding.approve if approved else deciding.decline
        try:
            events = command(self.booking, by=by, now=self.now)
        except DomainError:
            assert self.booking.status is not Status.REQUESTED or self.now >= self.booking.approval_due_at
            return
        if events:
            assert self.decision is None
            assert self.now < self.booking.approval_due_at
            self.decision = (by, approved)
        assert self.decision == (by, approved)
        self._apply(events)

    def _apply(self, events: tuple[Event, ...]) -> None:
        for event in events:
            before, self.booking = self.booking, evolve(self.booking, event)
            self.seats += self.booking.holds_seat - before.holds_seat
            self.counted += self.booking.counts - before.counts
            if self.booking.status is not self.history[-1]:
                self.history.append(self.booking.status)

    @invariant()
    def only_allowed_steps_were_taken(self) -> None:
        for earlier, later in zip(self.history, self.history[1:], strict=False):
            assert later in ALLOWED.get(earlier, set())

    @invariant()
    def seats_and_quota_follow_the_state(self) -> None:
        held = self.booking.status in {Status.REQUESTED, Status.APPROVED, Status.ATTENDED, Status.NO_SHOW}
        assert self.seats == held
        assert self.counted == (held and self.booking.attendance is not Attendance.EXCUSED)

    @invariant()
    def the_first_decision_stands(self) -> None:
        if self.decision:
            assert (self.booking.decided_by, self.booking.approved) == self.decision


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)

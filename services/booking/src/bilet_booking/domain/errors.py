"""Why booking refuses: a stable code for programs, Russian words for people. HTTP statuses stand in `api/problems.py`."""

from datetime import datetime, timedelta

from bilet_booking.domain.catalogue import BOOKING_CLOSES_BEFORE


class DomainError(Exception):
    """A rule that was broken.

    Attributes:
        code: stable, kebab-case, never reworded.
        title: the rule in Russian; `str(error)` is the detail, also in Russian.
    """

    code = "rule-broken"
    title = "Действие не разрешено правилами"
    detail = ""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.detail or self.title)


class NotFound(DomainError):
    """The object does not exist, or the asker must not know that it does."""

    code = "not-found"
    title = "Не найдено"
    detail = "Такой записи нет или она вам недоступна."


class SlotUnknown(NotFound):
    """No slot has this id."""

    code = "slot-unknown"
    title = "Сеанс не найден"
    detail = "Такого сеанса нет."


class NotEligible(DomainError):
    """The pupil may not book now; each subclass names what is missing."""

    code = "not-eligible"
    title = "Записаться пока нельзя"


class NotActive(NotEligible):
    """Only an active pupil makes new bookings."""

    code = "student-not-active"
    title = "Участие не подтверждено"
    detail = "Нужно подтверждение законного представителя и согласие на обработку данных."


class TransferConsentMissing(NotEligible):
    """A booking discloses the pupil to the site, which needs the consent `transfer`."""

    code = "transfer-consent-missing"
    title = "Нет согласия на передачу данных площадке"
    detail = "Попросите законного представителя дать согласие на передачу данных площадке."


class DiagnosticsIncomplete(NotEligible):
    """Booking opens after all three stages of the season."""

    code = "diagnostics-incomplete"
    title = "Диагностика не завершена"
    detail = "Пройдите все три этапа диагностики этого сезона."


class SeasonUnknown(NotEligible):
    """No season has been announced in the region."""

    code = "season-unknown"
    title = "Сезон не объявлен"
    detail = "В вашем регионе сезон ещё не объявлен."


class BookingNotOpen(NotEligible):
    """Booking has not begun in this season."""

    code = "booking-not-open"
    title = "Запись ещё не началась"
    detail = "Запись на профпробы в этом сезоне ещё не началась."


class SeasonOver(NotEligible):
    """The season has no try-outs left to book."""

    code = "season-over"
    title = "Запись в этом сезоне закончилась"
    detail = "Профпробы этого сезона уже прошли."


class BookingClosed(NotEligible):
    """It is too late to book this slot."""

    code = "booking-closed"
    title = "Запись на этот сеанс закрыта"
    detail = f"Запись закрывается за {BOOKING_CLOSES_BEFORE // timedelta(hours=1)} часов до начала."


class GradeDoesNotFit(NotEligible):
    """The try-out is for other grades."""

    code = "grade-does-not-fit"
    title = "Проба для других классов"

    def __init__(self, grade_from: int, grade_to: int) -> None:
        super().__init__(f"Эта проба для {grade_from}–{grade_to} классов.")


class QuotaExhausted(NotEligible):
    """The pupil has as many bookings as the season allows."""

    code = "quota-exhausted"
    title = "Лимит записей исчерпан"
    sentence = "За сезон можно записаться не больше чем на {limit}."

    def __init__(self, limit: int) -> None:
        super().__init__(self.sentence.format(limit=limit))


class InPersonQuotaExhausted(QuotaExhausted):
    """The pupil has as many bookings in person as the season allows."""

    code = "in-person-quota-exhausted"
    title = "Лимит очных проб исчерпан"
    sentence = "За сезон можно записаться очно не больше чем на {limit}."


class TimeClash(NotEligible):
    """Another booking of the pupil overlaps in time."""

    code = "time-clash"
    title = "Пересечение по времени"
    detail = "В это время у вас уже есть запись."


class SlotFull(NotEligible):
    """Every seat is taken or held."""

    code = "slot-full"
    title = "Мест нет"
    detail = "На этом сеансе заняты все места."


class Conflict(DomainError):
    """The booking is in a state that does not allow the request."""

    code = "conflict"
    title = "Состояние записи не позволяет этого"


class AlreadySettled(Conflict):
    """Somebody has decided, or the time to decide has run out; the first decision stands."""

    code = "already-settled"
    title = "По этой записи уже есть решение"

    def __init__(self, status: str) -> None:
        super().__init__(f"Решение уже принято: {_IN_RUSSIAN.get(status, status)}.")
        self.status = status


class ApprovalOverdue(Conflict):
    """The deadline for a decision has passed."""

    code = "approval-overdue"
    title = "Срок решения истёк"

    def __init__(self, due_at: datetime) -> None:
        super().__init__(f"Решить нужно было до {due_at:%d.%m.%Y %H:%M} UTC.")


class AlreadyStarted(Conflict):
    """The try-out has begun, so the booking cannot be cancelled."""

    code = "already-started"
    title = "Проба уже началась"
    detail = "Отменить запись можно только до начала пробы."


class NotStarted(Conflict):
    """Attendance cannot be recorded before the try-out begins."""

    code = "not-started"
    title = "Проба ещё не началась"
    detail = "Отметить посещение можно после начала пробы."


class NotApproved(Conflict):
    """Attendance is recorded for approved bookings only."""

    code = "not-approved"
    title = "Запись не подтверждена"
    detail = "Посещение отмечают только у подтверждённой записи."


class NotAttended(Conflict):
    """A recommendation is written only after an attended try-out."""

    code = "not-attended"
    title = "Посещение не отмечено"
    detail = "Рекомендацию пишут после того, как участник побывал на пробе."


class RecommendationAlreadyIssued(Conflict):
    """A booking has at most one recommendation."""

    code = "recommendation-already-issued"
    title = "Рекомендация уже есть"
    detail = "Рекомендация к этой пробе уже записана."


class RecommendationTooLate(Conflict):
    """The season's term for recommendations is over."""

    code = "recommendation-too-late"
    title = "Срок рекомендаций истёк"
    detail = "Рекомендации этого сезона больше не принимаются."


class TextOutOfBounds(DomainError):
    """A text about a child is empty or longer than allowed."""

    code = "text-out-of-bounds"
    title = "Недопустимая длина текста"


class FileUnreadable(DomainError):
    """The imported file cannot be read at all, so no row of it is taken."""

    code = "file-unreadable"
    title = "Файл не читается"


class RegionForbidden(DomainError):
    """The region is not one of the asker's, or the asker has several and named none."""

    code = "region-forbidden"
    title = "Это не ваш регион"
    detail = "Укажите регион, которым вы управляете."


_IN_RUSSIAN = {
    "approved": "запись подтверждена",
    "declined": "в записи отказано",
    "expired": "срок решения истёк",
    "cancelled": "запись отменена",
    "attended": "участник был на пробе",
    "no-show": "участник не пришёл",
    "requested": "запись ждёт решения",
}

"""Every way in which booking says no: a stable code for programs, Russian words for people."""

from datetime import datetime


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
    """The thing does not exist, or its existence is none of the asker's business."""

    code = "not-found"
    title = "Не найдено"
    detail = "Такой записи нет или она вам недоступна."


class SlotUnknown(NotFound):
    """No slot has this id."""

    code = "slot-unknown"
    title = "Сеанс не найден"
    detail = "Такого сеанса нет."


class NotEligible(DomainError):
    """The pupil may not book now; each subclass says what is missing."""

    code = "not-eligible"
    title = "Записаться пока нельзя"


class NotActive(NotEligible):
    """Only an active pupil makes new bookings."""

    code = "student-not-active"
    title = "Участие не подтверждено"
    detail = "Нужно подтверждение законного представителя и согласие на обработку данных."


class TransferConsentMissing(NotEligible):
    """A booking shows the site who will come, so it needs the consent `transfer`."""

    code = "transfer-consent-missing"
    title = "Нет согласия на передачу данных площадке"
    detail = "Попросите законного представителя дать согласие на передачу данных площадке."


class DiagnosticsIncomplete(NotEligible):
    """All three stages of this season open the booking."""

    code = "diagnostics-incomplete"
    title = "Диагностика не завершена"
    detail = "Пройдите все три этапа диагностики этого сезона."


class SeasonUnknown(NotEligible):
    """The region has no season yet."""

    code = "season-unknown"
    title = "Сезон не объявлен"
    detail = "В вашем регионе сезон ещё не объявлен."


class BookingNotOpen(NotEligible):
    """The season's booking has not begun."""

    code = "booking-not-open"
    title = "Запись ещё не началась"
    detail = "Запись на профпробы в этом сезоне ещё не началась."


class SeasonOver(NotEligible):
    """The season has no more try-outs to book."""

    code = "season-over"
    title = "Запись в этом сезоне закончилась"
    detail = "Профпробы этого сезона уже прошли."


class BookingClosed(NotEligible):
    """Booking closes 36 hours before the start."""

    code = "booking-closed"
    title = "Запись на этот сеанс закрыта"
    detail = "Запись закрывается за 36 часов до начала."


class GradeDoesNotFit(NotEligible):
    """The try-out is meant for other grades."""

    code = "grade-does-not-fit"
    title = "Проба для других классов"

    def __init__(self, grade_from: int, grade_to: int) -> None:
        super().__init__(f"Эта проба для {grade_from}–{grade_to} классов.")


class QuotaExhausted(NotEligible):
    """The season's number of try-outs is used up."""

    code = "quota-exhausted"
    title = "Лимит записей исчерпан"

    def __init__(self, limit: int) -> None:
        super().__init__(f"За сезон можно записаться не больше чем на {limit}.")


class InPersonQuotaExhausted(QuotaExhausted):
    """The season's number of try-outs in person is used up."""

    code = "in-person-quota-exhausted"
    title = "Лимит очных проб исчерпан"


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
    """The booking is in another state than the request supposes."""

    code = "conflict"
    title = "Состояние записи не позволяет этого"


class AlreadySettled(Conflict):
    """Somebody decided before, or the time did; the first decision stands."""

    code = "already-settled"
    title = "По этой записи уже есть решение"

    def __init__(self, status: str) -> None:
        super().__init__(f"Решение уже принято: {_IN_RUSSIAN.get(status, status)}.")
        self.status = status


class ApprovalOverdue(Conflict):
    """The time to decide is over."""

    code = "approval-overdue"
    title = "Срок решения истёк"

    def __init__(self, due_at: datetime) -> None:
        super().__init__(f"Решить нужно было до {due_at:%d.%m.%Y %H:%M} UTC.")


class AlreadyStarted(Conflict):
    """The try-out has begun, so nobody can take the booking back."""

    code = "already-started"
    title = "Проба уже началась"
    detail = "Отменить запись можно только до начала пробы."


class NotStarted(Conflict):
    """Attendance is known when the try-out has begun."""

    code = "not-started"
    title = "Проба ещё не началась"
    detail = "Отметить посещение можно после начала пробы."


class NotApproved(Conflict):
    """Attendance belongs to an approved booking."""

    code = "not-approved"
    title = "Запись не подтверждена"
    detail = "Посещение отмечают только у подтверждённой записи."


class NotAttended(Conflict):
    """A recommendation follows an attended try-out."""

    code = "not-attended"
    title = "Посещение не отмечено"
    detail = "Рекомендацию пишут после того, как участник побывал на пробе."


class RecommendationAlreadyIssued(Conflict):
    """One recommendation for one try-out."""

    code = "recommendation-already-issued"
    title = "Рекомендация уже есть"
    detail = "Рекомендация к этой пробе уже записана."


class RecommendationTooLate(Conflict):
    """The season no longer takes recommendations."""

    code = "recommendation-too-late"
    title = "Срок рекомендаций истёк"
    detail = "Рекомендации этого сезона больше не принимаются."


class TextOutOfBounds(DomainError):
    """Free text about a child is bounded."""

    code = "text-out-of-bounds"
    title = "Недопустимая длина текста"


class FileUnreadable(DomainError):
    """The imported file is refused whole."""

    code = "file-unreadable"
    title = "Файл не читается"


class RegionForbidden(DomainError):
    """The operator has no such region."""

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

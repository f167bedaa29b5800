"""Every way in which diagnostics refuses a request: stable codes for programs, Russian words for people.

A pupil is addressed with «ты», staff and guardians with «вы»; what both may meet addresses nobody.
"""


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


class StudentNotActive(DomainError):
    """Only an active pupil with consent to processing may begin a stage."""

    code = "student-not-active"
    title = "Аккаунт ещё не активен"

    def __init__(self) -> None:
        super().__init__("Начать этап можно, когда аккаунт подтверждён и даны все нужные согласия.")


class StudentUnknown(DomainError):
    """Nothing is known of this pupil, or the asker must not know."""

    code = "student-not-found"
    title = "Участник не найден"

    def __init__(self) -> None:
        super().__init__("Такого участника нет, или доступа к его результатам нет.")


class SeasonClosed(DomainError):
    """The region has no season whose diagnostics are open now."""

    code = "season-closed"
    title = "Сейчас диагностика закрыта"

    def __init__(self) -> None:
        super().__init__("В твоём регионе диагностика сейчас не идёт. Загляни, когда откроется сезон.")


class StageUnknown(DomainError):
    """There are three stages."""

    code = "stage-unknown"
    title = "Нет такого этапа"

    def __init__(self) -> None:
        super().__init__("Этапов три: 1, 2 и 3.")


class StageTooEarly(DomainError):
    """Stages are taken in order."""

    code = "stage-too-early"
    title = "Этот этап откроется позже"

    def __init__(self, first: int) -> None:
        super().__init__(f"Сначала пройди этап {first}: этапы идут по порядку.")


class RetakeTooEarly(DomainError):
    """A submitted stage may be taken again only after an interval."""

    code = "retake-too-early"
    title = "Этап уже пройден"

    def __init__(self, days: int) -> None:
        super().__init__(f"Этап пройден. Пройти его снова можно через {days} дней после сдачи.")


class AttemptNotFound(DomainError):
    """There is no such attempt, or it is somebody else's."""

    code = "attempt-not-found"
    title = "Прохождение не найдено"

    def __init__(self) -> None:
        super().__init__("Такого прохождения нет.")


class AlreadySubmitted(DomainError):
    """A submitted attempt is read-only."""

    code = "attempt-submitted"
    title = "Этап уже сдан"

    def __init__(self) -> None:
        super().__init__("Этап сдан, ответы больше не меняются.")


class AlreadyStopped(DomainError):
    """Consent to processing was withdrawn while the attempt was open."""

    code = "attempt-stopped"
    title = "Прохождение остановлено"

    def __init__(self) -> None:
        super().__init__("Согласие на обработку данных отозвано, поэтому ответы больше не принимаются.")


class NotSubmitted(DomainError):
    """Feedback exists only for a submitted attempt."""

    code = "attempt-not-submitted"
    title = "Этап ещё не сдан"

    def __init__(self) -> None:
        super().__init__("Обратная связь появится, как только ты сдашь этап.")


class NothingAnswered(DomainError):
    """An attempt without a single answer says nothing and cannot be submitted."""

    code = "nothing-answered"
    title = "Пока нет ни одного ответа"

    def __init__(self) -> None:
        super().__init__("Ответь хотя бы на несколько вопросов, и этап можно будет сдать.")


class LookAgain(DomainError):
    """Something in the answers is worth a second look; the pupil may submit them as they are.

    Attributes:
        unanswered: items without an answer, in order.
    """

    code = "look-again"
    title = "Взгляни на ответы ещё раз"

    def __init__(self, advice: str, unanswered: tuple[str, ...]) -> None:
        super().__init__(advice)
        self.unanswered = unanswered


class UnknownItem(DomainError):
    """The attempt has no such item.

    Attributes:
        item: as it was asked for; an identifier, never an answer.
    """

    code = "unknown-item"
    title = "Нет такого вопроса"

    def __init__(self, item: str) -> None:
        super().__init__("В этом прохождении нет вопроса с таким номером.")
        self.item = item


class ValueOffScale(DomainError):
    """The item has no such answer.

    Attributes:
        item: whose answer it was meant to be.
    """

    code = "value-off-scale"
    title = "Нет такого варианта ответа"

    def __init__(self, item: str, allowed: tuple[int, ...]) -> None:
        super().__init__(f"Для этого вопроса подходят ответы: {', '.join(map(str, allowed))}.")
        self.item = item


class PlanNotOpen(DomainError):
    """Goals and steps are changed only by an active pupil with consent to processing."""

    code = "plan-not-open"
    title = "Маршрут сейчас нельзя менять"

    def __init__(self) -> None:
        super().__init__("Цели и шаги можно менять, когда аккаунт подтверждён и даны все нужные согласия.")


class PlanChangedElsewhere(DomainError):
    """Another device has changed the plan since it was read."""

    code = "plan-changed-elsewhere"
    title = "Маршрут изменён на другом устройстве"

    def __init__(self) -> None:
        super().__init__("Тем временем цели или шаги изменились. Открой маршрут заново и повтори правку.")


class InstrumentUnknown(DomainError):
    """There is no such version of an instrument, or the asker is no methodologist."""

    code = "instrument-not-found"
    title = "Методика не найдена"

    def __init__(self) -> None:
        super().__init__("Такой версии методики нет, или она вам недоступна.")


class NoScore(DomainError):
    """Too few answers for a scale to be scored.

    Attributes:
        scale: which one.
    """

    code = "no-score"
    title = "Мало ответов"

    def __init__(self, scale: str) -> None:
        super().__init__("Ответов слишком мало, чтобы говорить об этой шкале.")
        self.scale = scale


class NothingPutRight(DomainError):
    """A version has no earlier one with the same questions, so no attempt can be scored by it."""

    code = "nothing-put-right"
    title = "Пересчитывать нечего"

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__(f"Эта версия не исправляет более раннюю: {'; '.join(reasons)}.")


class GroupTooSmall(DomainError):
    """So few attempts could point at somebody."""

    code = "group-too-small"
    title = "Слишком мало прохождений"

    def __init__(self, least: int) -> None:
        super().__init__(f"Статистика показывается, когда прохождений не меньше {least}.")


class StatisticsBusy(DomainError):
    """Statistics of the stored attempts are being counted already; one count at a time is enough for a process."""

    code = "statistics-busy"
    title = "Статистика уже считается"

    def __init__(self) -> None:
        super().__init__("Сейчас считается другая статистика. Попробуйте ещё раз через минуту.")

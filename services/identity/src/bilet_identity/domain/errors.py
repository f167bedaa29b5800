"""Every way in which identity refuses a request: a stable code for programs, Russian words for people."""


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


class InvalidSnils(DomainError):
    """The СНИЛС does not have eleven digits, or its check digits are wrong."""

    code = "snils-invalid"
    title = "Неверный СНИЛС"
    detail = "СНИЛС должен состоять из 11 цифр с верным контрольным числом."


class InvalidName(DomainError):
    """A name lacks a part or holds what no name holds."""

    code = "name-invalid"
    title = "Неверное имя"
    detail = "Укажите фамилию и имя буквами."


class InvalidBirthDate(DomainError):
    """The birth date cannot be read, or is impossible for a pupil of grade 6–11."""

    code = "birth-date-invalid"
    title = "Неверная дата рождения"
    detail = "Дата рождения не подходит обучающемуся 6–11 класса."


class UnknownSchool(DomainError):
    """No such school in the region."""

    code = "school-unknown"
    title = "Школа не найдена"
    detail = "В регионе нет школы с таким кодом."


class RegistrationClosed(DomainError):
    """None of the region's seasons admits pupils now."""

    code = "registration-closed"
    title = "Регистрация закрыта"
    detail = "Сезон в вашем регионе закончился. Зарегистрироваться можно будет в следующем сезоне."


class LoginTaken(DomainError):
    """Somebody else signs in with this login."""

    code = "login-taken"
    title = "Логин занят"
    detail = "Выберите другой логин."


class WeakPassword(DomainError):
    """The password is too easy to guess."""

    code = "password-weak"
    title = "Слабый пароль"
    detail = "Пароль не должен совпадать с логином и состоять из одного повторяющегося знака."


class CodeInvalid(DomainError):
    """An activation, invitation or sign-in code is unknown, used or expired; the answer does not say which."""

    code = "code-invalid"
    title = "Код не подходит"
    detail = "Код неверен, уже использован или истёк."


class TooManyInvitations(DomainError):
    """A pupil has as many open invitations as allowed."""

    code = "invitations-too-many"
    title = "Слишком много приглашений"
    detail = "Дождитесь ответа на прежние приглашения или окончания их срока."


class GuardianNotNeeded(DomainError):
    """At 18 the pupil decides alone."""

    code = "guardian-not-needed"
    title = "Представитель не нужен"
    detail = "С 18 лет участник решает сам."


class GuardianshipClosed(DomainError):
    """The guardianship has ended; a new one has to be proposed."""

    code = "guardianship-ended"
    title = "Представительство прекращено"
    detail = "Это представительство прекращено; его нужно предложить заново."


class ConsentNotRequired(DomainError):
    """Below 14 a pupil's own consent has no effect."""

    code = "consent-from-fourteen"
    title = "Согласие даёт представитель"
    detail = "До 14 лет согласие за участника даёт законный представитель."


class ConsentTextOutdated(DomainError):
    """The consent names a text version that is no longer offered."""

    code = "consent-text-outdated"
    title = "Текст согласия изменился"
    detail = "Прочитайте действующий текст согласия и подтвердите его."


class AccountNotConfirmed(DomainError):
    """ESIA knows the person only by an unconfirmed account."""

    code = "esia-account-not-confirmed"
    title = "Учётная запись Госуслуг не подтверждена"
    detail = "Подтвердите учётную запись на Госуслугах (в банке, в МФЦ или почтой) и войдите ещё раз."


class GuardianUnderage(DomainError):
    """A guardian must be an adult."""

    code = "guardian-underage"
    title = "Представитель несовершеннолетний"
    detail = "Законным представителем может быть только человек старше 18 лет."


class ScopeNotYours(DomainError):
    """Staff may be invited only within the inviter's own scope."""

    code = "scope-not-yours"
    title = "Вне вашей области"
    detail = "Вы можете приглашать сотрудников только своего региона и в роли ниже своей."


class RegionForbidden(DomainError):
    """The region is not one of the asker's, or the asker has several and named none."""

    code = "region-forbidden"
    title = "Это не ваш регион"
    detail = "Укажите регион, которым вы управляете."


class RosterUnreadable(DomainError):
    """The file as a whole is not a roster; `reason` says why by a stable code."""

    code = "roster-unreadable"
    title = "Список не прочитан"
    detail = "Файл не похож на список обучающихся."

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class ImportUnreadable(DomainError):
    """A directory file (schools, mentors) as a whole cannot be read."""

    code = "import-unreadable"
    title = "Файл не прочитан"
    detail = "Нужен CSV в UTF-8 с ожидаемыми столбцами."


class SignInRefused(DomainError):
    """Login or password is wrong; which of them is not told."""

    code = "sign-in-refused"
    title = "Вход не выполнен"
    detail = "Неверный логин или пароль."


class SignInLocked(DomainError):
    """Too many failures in a row: no password is looked at for another `seconds`."""

    code = "sign-in-locked"
    title = "Слишком много попыток входа"
    detail = "Подождите немного и попробуйте ещё раз."

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


class SessionEnded(DomainError):
    """The refresh token is unknown, expired, used before, or its session was ended."""

    code = "session-ended"
    title = "Сессия завершена"
    detail = "Войдите ещё раз."


class RoleNotYours(DomainError):
    """A member of the staff asked to act in a role they have no scope for."""

    code = "role-not-yours"
    title = "Нет такой роли"
    detail = "У вас нет этой роли."

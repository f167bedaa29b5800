"""HTTP statuses of domain errors, and the errors that name a field."""

from collections.abc import Iterator
from contextlib import contextmanager

from bilet_diagnostics.domain import errors
from bilet_kit.errors import FieldFault, Problem

PROBLEMS: dict[type[Exception], int] = {
    errors.AttemptNotFoundError: 404,
    errors.StudentUnknownError: 404,
    errors.StageUnknownError: 404,
    errors.NotSubmittedError: 404,
    errors.InstrumentUnknownError: 404,
    errors.NothingAnsweredError: 422,
    errors.StatisticsBusyError: 503,
}


@contextmanager
def faults_named() -> Iterator[None]:
    """Answer the errors that are about single items with a problem that names them, never their values."""
    try:
        yield
    except (errors.UnknownItemError, errors.ValueOffScaleError) as error:
        faults = [FieldFault(error.item[:80], str(error))]
        raise Problem(422, error.code, error.title, str(error), errors=faults) from None
    except errors.LookAgainError as error:
        faults = [FieldFault(item, "Вопрос без ответа") for item in error.unanswered]
        raise Problem(409, error.code, error.title, str(error), errors=faults) from None

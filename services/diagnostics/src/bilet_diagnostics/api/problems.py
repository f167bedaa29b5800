"""HTTP statuses of domain errors, and the errors that name a field."""

from collections.abc import Iterator
from contextlib import contextmanager

from bilet_diagnostics.domain import errors
from bilet_kit.web.problems import FieldFault, Problem

PROBLEMS: dict[type[Exception], int] = {
    errors.AttemptNotFound: 404,
    errors.StudentUnknown: 404,
    errors.StageUnknown: 404,
    errors.NotSubmitted: 404,
    errors.InstrumentUnknown: 404,
    errors.NothingAnswered: 422,
    errors.StatisticsBusy: 503,
}


@contextmanager
def faults_named() -> Iterator[None]:
    """Answer the errors that are about single items with a problem that names them, never their values."""
    try:
        yield
    except (errors.UnknownItem, errors.ValueOffScale) as error:
        faults = [FieldFault(error.item[:80], str(error))]
        raise Problem(422, error.code, error.title, str(error), errors=faults) from None
    except errors.LookAgain as error:
        faults = [FieldFault(item, "Вопрос без ответа") for item in error.unanswered]
        raise Problem(409, error.code, error.title, str(error), errors=faults) from None

"""What can go wrong with ЕСИА. No error carries an answer's text: it may hold personal data."""


class EsiaError(Exception):
    """Signing in through ЕСИА did not work."""


class EsiaUnavailable(EsiaError):
    """ЕСИА did not answer, or said that it cannot now: the same request may succeed later."""


class EsiaRefused(EsiaError):
    """ЕСИА refused the request: `error` is the OAuth word, `number` the code of its «Методические рекомендации»."""

    def __init__(self, error: str, number: str | None) -> None:
        super().__init__(error if number is None else f"{error} (ESIA-{number})")
        self.error = error
        self.number = number


class EsiaAnswerInvalid(EsiaError):
    """The answer is not one that ЕСИА gives us: malformed, signed by another key, meant for somebody else, or expired."""

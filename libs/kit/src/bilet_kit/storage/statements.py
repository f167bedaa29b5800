"""SQLAlchemy composes statements, asyncpg runs them.

Tables, columns and types are checked where a statement is composed; its text is compiled once for each shape. Running it
through SQLAlchemy's own layers took four to seven times as long as asyncpg takes for a row by its key (ADR 12). A
statement whose shape never changes is a constant of its module, `Statement(select(…))` with `bindparam`s; one that
depends on the request is composed where it is needed.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.cache_key import CacheKey
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

_DIALECT: Dialect = dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own
_SHAPES = 1_000
"""Bounds the memory that compiled shapes take; a service has some hundred."""

Call = tuple[str, list[object]]


class NotFixedError(TypeError):
    """A constant has as many parameters as a value has elements, as `IN` has; `= ANY (:list)` has one."""


class Statement:
    """A statement that is composed and compiled once; what differs from call to call are its `bindparam`s.

    Args:
        composed: what SQLAlchemy made.
        columns: that an INSERT or UPDATE without `values` sets; each is then a value of the call, under its own name.

    Raises:
        NotFixedError: its text depends on its values.
    """

    def __init__(self, composed: Executable, columns: Sequence[str] | None = None) -> None:
        self._text = _Text(_compiled(_element(composed), column_keys=columns))
        if self._text.depends_on_values:
            raise NotFixedError(self._text.sql)

    def call(self, values: Mapping[str, object]) -> Call:
        """Return the text and the arguments of a call.

        Raises:
            sqlalchemy.exc.InvalidRequestError: a value is missing.
        """
        return self._text.sql, self._text.arguments(values)


_texts: dict[object, "_Text"] = {}


def call_of(composed: Executable, values: Mapping[str, object]) -> Call:
    """Return the text and the arguments of a statement that was composed for this call; its shape is compiled once."""
    element = _element(composed)
    key = element._generate_cache_key()  # noqa: SLF001 - by it SQLAlchemy's own execution remembers, too
    text = _texts.get(key.key) if key else None
    if text is None:
        text = _Text(_compiled(element, cache_key=key))
        if key is None or text.depends_on_values:
            return _expanded(element, values)
        if len(_texts) >= _SHAPES:
            _texts.clear()
        _texts[key.key] = text
    return text.sql, text.arguments(values, key)


class _Text:
    """The text of a statement and the order of its parameters.

    Attributes:
        depends_on_values: whether it has as many parameters as a value has elements.
    """

    def __init__(self, compiled: SQLCompiler) -> None:
        self.sql = compiled.string
        self.depends_on_values = bool(compiled.post_compile_params)
        self._compiled = compiled
        self._places = [(name, _encoder(compiled, name)) for name in compiled.positiontup or ()]

    def arguments(self, values: Mapping[str, object], key: CacheKey | None = None) -> list[object]:
        named = self._compiled.construct_params(values, extracted_parameters=key and key.bindparams)
        return [named[name] if encode is None else encode(named[name]) for name, encode in self._places]


def _expanded(composed: ClauseElement, values: Mapping[str, object]) -> Call:
    """Compile a statement whose text depends on its values, which are all known by now."""
    known = composed.params(values) if values else composed
    text = _Text(_compiled(known, compile_kwargs={"render_postcompile": True}))
    return text.sql, text.arguments({})


def _compiled(composed: ClauseElement, **how: Any) -> SQLCompiler:  # noqa: ANN401 - the compiler's own options
    compiled = composed.compile(dialect=_DIALECT, **how)
    if not isinstance(compiled, SQLCompiler):
        raise TypeError("only statements are run")
    return compiled


def _element(composed: Executable) -> ClauseElement:
    if not isinstance(composed, ClauseElement):
        raise TypeError("a statement is composed with SQLAlchemy")
    return composed


def _encoder(compiled: SQLCompiler, name: str) -> Callable[[Any], Any] | None:
    bound = compiled.binds.get(name)
    return None if bound is None else bound.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)

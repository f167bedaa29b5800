"""Reviewed YAML: read into a model, with every fault as a Russian sentence led by the file's name."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bilet_diagnostics.domain.instrument import GradeBand

_BAND = re.compile(r"(\d+)-(\d+)")
_SENTENCES = {
    "missing": "поле не заполнено",
    "extra_forbidden": "такого поля нет",
    "int_type": "нужно целое число",
    "int_parsing": "нужно целое число",
    "float_type": "нужно число",
    "float_parsing": "нужно число",
    "string_type": "нужен текст",
    "string_too_short": "текст пуст",
    "string_pattern_mismatch": "текст пуст",
    "too_short": "список пуст",
    "greater_than_equal": "число слишком маленькое",
    "less_than": "число слишком большое",
    "finite_number": "нужно число",
    "list_type": "нужен список",
    "tuple_type": "нужен список",
    "dict_type": "нужен раздел с полями",
    "model_type": "нужен раздел с полями",
    "enum": "такого значения не бывает",
    "value_error": "записано не по правилам",
}


class InstrumentFileError(Exception):
    """A file cannot be used; `faults` holds one Russian sentence for each reason, led by the file's name."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class Part(BaseModel):
    """A section of a file, in which unknown fields are faults."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


P = TypeVar("P", bound=Part)


def _grade_band(value: object) -> GradeBand:
    match = _BAND.fullmatch(str(value))
    if match is None:
        raise ValueError("grades are written as 6-7")
    return GradeBand(int(match[1]), int(match[2]))


Grades = Annotated[GradeBand, BeforeValidator(_grade_band)]
Text = Annotated[str, Field(pattern=r"\S")]
Whole = Annotated[int, Field(ge=-(2**31), lt=2**31)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader, which would let the second of two equal keys win silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:  # noqa: FBT001, FBT002 - PyYAML's signature
        """See `yaml.SafeLoader`; a repeated key is an error, and so is one that is no name."""
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _FieldError(None, None, "имя поля должно быть словом или числом", key.start_mark)
            if key.value in seen:
                raise _FieldError(None, None, "поле указано дважды", key.start_mark)
            seen.add(key.value)
        made: dict[object, object] = super().construct_mapping(node, deep)
        return made


class _FieldError(yaml.constructor.ConstructorError):
    """A field's name is faulty; `problem` says why in Russian."""


_NO_VALUE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What PyYAML lets out when something looks like a date or a number and is none, or is nested without end."""


def read_reviewed(path: Path, model: type[P]) -> P:
    """Read a file as a model.

    Raises:
        InstrumentFileError: naming every fault.
    """
    raw = _read(path)
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        faults = [
            f"{_place(one['loc'])}: {_SENTENCES.get(one['type'], 'значение не подходит')}" for one in error.errors()
        ]
        raise InstrumentFileError(f"{path.name}: {fault}" for fault in faults) from error


def _read(path: Path) -> object:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a safe loader
    except (OSError, UnicodeDecodeError) as error:
        _refuse(path, "файл не читается", error)
    except yaml.YAMLError as error:
        _refuse(path, _about_yaml(error), error)
    except _NO_VALUE as error:
        _refuse(path, "одно из значений похоже на дату или число, но записано не по правилам", error)


def refuse_if_any(path: Path, faults: Iterable[str]) -> None:
    """Refuse a file that has faults.

    Raises:
        InstrumentFileError: naming every fault.
    """
    named = [f"{path.name}: {fault}" for fault in faults]
    if named:
        raise InstrumentFileError(named)


def _refuse(path: Path, sentence: str, cause: Exception) -> NoReturn:
    raise InstrumentFileError([f"{path.name}: {sentence}"]) from cause


def _about_yaml(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    place = f" (строка {mark.line + 1})" if mark else ""
    return f"{error.problem if isinstance(error, _FieldError) else 'это не YAML'}{place}"


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in location) or "файл"

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
    """A section of a file: nothing unknown in it."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


P = TypeVar("P", bound=Part)


def _grade_band(value: object) -> GradeBand:
    match = _BAND.fullmatch(str(value))
    if match is None:
        raise ValueError("grades are written as 6-7")
    return GradeBand(int(match[1]), int(match[2]))


Grades = Annotated[GradeBand, BeforeValidator(_grade_band)]
Text = Annotated[str, Field(min_length=1)]


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader, which would let the second of two equal keys win silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:  # noqa: FBT001, FBT002 - PyYAML's signature
        """See `yaml.SafeLoader`; a repeated key is an error."""
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"repeated key {key.value}", key.start_mark)
            seen.add(key.value)
        made: dict[object, object] = super().construct_mapping(node, deep)
        return made


def read_reviewed(path: Path, model: type[P]) -> P:
    """A file as a model.

    Raises:
        InstrumentFileError: naming every fault.
    """
    try:
        return model.model_validate(yaml.load(path.read_text(encoding="utf-8"), _Loader))  # noqa: S506 - a safe loader
    except (OSError, UnicodeDecodeError) as error:
        _refuse(path, "файл не читается", error)
    except yaml.YAMLError as error:
        _refuse(path, _about_yaml(error), error)
    except ValidationError as error:
        faults = [
            f"{_place(one['loc'])}: {_SENTENCES.get(one['type'], 'значение не подходит')}" for one in error.errors()
        ]
        raise InstrumentFileError(f"{path.name}: {fault}" for fault in faults) from error


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
    repeated = isinstance(error, yaml.constructor.ConstructorError) and "repeated" in str(error.problem)
    return f"поле указано дважды{place}" if repeated else f"это не YAML{place}"


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in location) or "файл"

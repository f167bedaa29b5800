"""Instrument files as raw data, good ones and spoilt ones, for tests."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bilet_diagnostics.domain.library import Library
from bilet_diagnostics.storage.instrument_files import (
    load_instrument,
    load_library,
)
from bilet_diagnostics.storage.reviewed_yaml import InstrumentFileError
from bilet_diagnostics.storage.seals import seal

Raw = dict[str, Any]
BANDS = ("low", "middle", "high")


def good() -> Raw:
    return {
        "id": "care",
        "version": 1,
        "stage": 1,
        "kind": "questionnaire",
        "title": "Забота",
        "instruction": "Отметь.",
        "grades": "6-11",
        "minutes": 2,
        "source": "Собственные утверждения",
        "licence": "CC BY 4.0",
        "translation": "own items",
        "response": [{"value": value, "text": f"вариант {value}"} for value in range(1, 6)],
        "scales": [
            {"id": "care", "title": "Забота", "feedback": {band: {"6-7": "текст", "8-11": "текст"} for band in BANDS}}
        ],
        "items": [{"id": f"c{n}", "text": f"Утверждение {n}", "keys": {"care": 1}} for n in range(4)],
        "next_steps": {"6-11": ["Шаг"]},
    }


def good_quiz() -> Raw:
    raw = good() | {"id": "know", "kind": "quiz", "stage": 3}
    del raw["response"]
    raw["scales"] = [{"id": "know", "title": "Стройка", "field": "Стройка"}]
    raw["grid"] = {
        cell: {"6-11": "текст"} for cell in ("interested-unknown", "interested-known", "calm-unknown", "calm-known")
    }
    raw["items"] = [
        {
            "id": f"k{n}",
            "text": "Что это?",
            "keys": {"know": 1},
            "options": ["а", "б", "в", "г"],
            "right": 2,
            "source": "ГОСТ",
            "rationale": "Потому что.",
        }
        for n in range(3)
    ]
    return raw


def written(folder: Path, raw: Raw, name: str = "") -> Path:
    path = folder / (name or f"{raw.get('id')}-{raw.get('version')}.yaml")
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    return path


def faults(path: Path) -> str:
    with pytest.raises(InstrumentFileError) as refused:
        load_instrument(path)
    return "\n".join(refused.value.faults)


def published(folder: Path) -> Library:
    seal(folder)
    return load_library(folder)

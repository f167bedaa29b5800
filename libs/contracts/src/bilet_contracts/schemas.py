"""Write the JSON Schema of every published event, or say how the committed ones differ.

python -m bilet_contracts.schemas write   # after a change of the models
python -m bilet_contracts.schemas check   # in CI: nothing stale, nothing incompatible
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from bilet_contracts.base import Event
from bilet_contracts.compatibility import incompatibilities
from bilet_contracts.registry import REGISTRY
from bilet_contracts.released import departures, refuse_losses, release

FOLDER = Path(__file__).parents[2] / "schemas"
GOLDEN = FOLDER.with_name("golden")


def rendered(event: type[Event]) -> str:
    """Render the event's JSON Schema, with its topic and key, as it is committed."""
    schema = event.model_json_schema(mode="serialization")
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["$id"] = f"urn:bilet:event:{event.type}"
    schema["$comment"] = f"topic {event.topic}, key {event.key_field}"
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def faults(folder: Path = FOLDER) -> Iterator[str]:
    """Find every way in which the committed schemas disagree with the models."""
    for name, event in REGISTRY.items():
        path = folder / f"{name}.json"
        if not path.exists():
            yield f"{name}: no committed schema"
            continue
        committed = path.read_text(encoding="utf-8")
        for change in incompatibilities(json.loads(committed), json.loads(rendered(event))):
            yield f"{name}: {change}"
        if committed != rendered(event):
            yield f"{name}: stale, run `make schemas`"
    for path in sorted(folder.glob("*.json")):
        if path.stem not in REGISTRY:
            yield f"{path.stem}: published once, but gone from the registry"
    yield from departures(folder)


def write(folder: Path = FOLDER) -> None:
    """Write every schema, and refuse where it would break a released one or the released one is not there to compare."""
    refuse_losses(folder)
    for name, event in REGISTRY.items():
        path = folder / f"{name}.json"
        if path.exists():
            breaking = incompatibilities(json.loads(path.read_text(encoding="utf-8")), json.loads(rendered(event)))
            if breaking:
                raise SystemExit(f"{name}: {'; '.join(breaking)}. Publish a new version beside it instead.")
        path.write_text(rendered(event), encoding="utf-8")
    release(folder)


def add_golden(folder: Path = GOLDEN) -> None:
    """Release golden records that are new; one that was released never changes, for it stands for what lies in Kafka."""
    refuse_losses(folder)
    release(folder)


def main() -> None:
    """Entry point of the module."""
    if sys.argv[1:] == ["write"]:
        add_golden()
        write()
    elif sys.argv[1:] == ["check"]:
        found = [*faults(), *departures(GOLDEN)]
        print("\n".join(found) or f"{len(REGISTRY)} events: schemas current and compatible")
        sys.exit(bool(found))
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main()

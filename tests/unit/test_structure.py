"""The house's own rules that no linter knows (docs/house.md): small files, the same rooms, one dialect."""

import ast
import json
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType, UnionType

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("libs", "services", "deploy", "tests", "docs")
FILES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
SOURCES = [path for path in FILES if "tests" not in path.parts and "migrations" not in path.parts]
DOMAINS = [path for path in SOURCES if "domain" in path.parts]
SERVICES = ("identity", "diagnostics", "booking", "notifications")
OF_SERVICES = [path for path in SOURCES if "services" in path.parts]
VOCABULARY_OF_RIGHTS = "bilet_kit.access"
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def package_of(service: str) -> Path:
    return ROOT / "services" / service / "src" / f"bilet_{service}"


def nodes(path: Path) -> Iterator[ast.AST]:
    yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def functions(path: Path) -> Iterator[Function]:
    for node in nodes(path):
        if isinstance(node, Function):
            yield node


def classes(path: Path) -> Iterator[ast.ClassDef]:
    for node in nodes(path):
        if isinstance(node, ast.ClassDef):
            yield node


def statements_lines(function: Function) -> int:
    """Lines of a function without its signature's decorators and its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def imported_modules(path: Path) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_no_file_is_longer_than_300_lines() -> None:
    assert {name(p): n for p in FILES if (n := len(p.read_text(encoding="utf-8").splitlines())) > 300} == {}


def test_no_function_is_longer_than_25_lines() -> None:
    long = {f"{name(p)}:{f.name}": n for p in SOURCES for f in functions(p) if (n := statements_lines(f)) > 25}
    assert long == {}


def test_the_domain_imports_only_the_standard_library_and_the_vocabulary_of_rights() -> None:
    foreign = set()
    for path in DOMAINS:
        own = f"bilet_{path.parts[path.parts.index('services') + 1]}.domain"
        for module in imported_modules(path):
            is_known = module.partition(".")[0] in sys.stdlib_module_names or module == VOCABULARY_OF_RIGHTS
            if not is_known and not module.startswith(own):
                foreign.add(f"{name(path)}: {module}")
    assert foreign == set()


def test_the_vocabulary_of_rights_imports_only_the_standard_library() -> None:
    path = ROOT / "libs/kit/src/bilet_kit/access.py"
    assert {m for m in imported_modules(path) if m.partition(".")[0] not in sys.stdlib_module_names} == set()


@pytest.mark.parametrize("service", SERVICES)
def test_who_knows_one_service_knows_all(service: str) -> None:
    rooms = """
        domain/events.py domain/errors.py use_cases storage/tables.py
        api/routes/__init__.py api/schemas/__init__.py api/auth.py api/parts.py api/problems.py
        consumers.py publications.py jobs.py settings.py bootstrap.py api_app.py worker_app.py cli.py
    """
    missing = [room for room in rooms.split() if not (package_of(service) / room).exists()]
    beside = "README.md alembic.ini migrations/env.py migrations/versions/0001_initial.py migrations/versions/0001_initial.sql"
    missing += [file for file in beside.split() if not (ROOT / "services" / service / file).exists()]
    assert missing == []


def test_every_service_begins_its_domain_errors_alike() -> None:
    beginnings = set()
    for service in SERVICES:
        (base,) = [c for c in classes(package_of(service) / "domain" / "errors.py") if c.name == "DomainError"]
        beginnings.add(ast.unparse(base))
    assert len(beginnings) == 1


def test_domain_errors_are_named_by_what_is_wrong() -> None:
    named = {c.name for s in SERVICES for c in classes(package_of(s) / "domain" / "errors.py")}
    assert {one for one in named if one.endswith("Error")} == {"DomainError"}


def test_what_goes_out_is_a_view_and_what_comes_in_an_input() -> None:
    odd = {
        f"{name(path)}:{one.name}"
        for service in SERVICES
        for path in sorted((package_of(service) / "api" / "schemas").glob("*.py"))
        for one in classes(path)
        if not one.name.endswith(("View", "Input"))
    }
    assert odd == set()


def test_schemas_stand_in_api_schemas() -> None:
    strays = {
        f"{name(path)}:{one.name}"
        for service in SERVICES
        for path in sorted((package_of(service) / "api").rglob("*.py"))
        for one in classes(path)
        if "schemas" not in path.parts and {ast.unparse(base) for base in one.bases} & {"View", "Input", "BaseModel"}
    }
    assert strays == set()


def test_only_use_cases_record_events() -> None:
    recorded = {
        name(path)
        for path in OF_SERVICES
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"tx.record", "self._tx.record", "take_effect"}
        and "use_cases" not in path.parts
    }
    assert recorded == set()


def test_storage_is_functions_of_a_transaction() -> None:
    holding = {
        f"{name(path)}:{one.name}"
        for path in OF_SERVICES
        if "storage" in path.parts
        for one in classes(path)
        for function in one.body
        if isinstance(function, ast.FunctionDef) and function.name == "__init__"
        if "tx" in {argument.arg for argument in function.args.args}
    }
    assert holding == set()


def test_the_vocabulary_of_rights_stands_once() -> None:
    defined = {
        f"{name(path)}:{one.name}"
        for path in SOURCES
        for one in classes(path)
        if one.name in {"Asker", "ActingRole", "Scope"}
    }
    here = "libs/kit/src/bilet_kit/access.py"
    assert defined == {f"{here}:Asker", f"{here}:ActingRole", f"{here}:Scope"}


@pytest.mark.parametrize("service", SERVICES)
def test_every_domain_event_is_published_or_said_to_be_silent(service: str) -> None:
    publications = import_module(f"bilet_{service}.publications").PUBLICATIONS
    recorded = set(events_of(import_module(f"bilet_{service}.domain.events")))
    assert recorded == set(publications.translations) | publications.silent
    assert not set(publications.translations) & publications.silent


def events_of(module: ModuleType) -> Iterator[type]:
    """Return the members of the unions that a service's `domain/events.py` declares."""
    for declared in vars(module).values():
        if isinstance(declared, UnionType):
            yield from declared.__args__


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_has_a_russian_summary_and_an_english_description(service: str) -> None:
    document = json.loads((ROOT / "docs" / "openapi" / f"{service}.json").read_text(encoding="utf-8"))
    odd = [
        f"{method} {path}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if not CYRILLIC.search(operation.get("summary", "")) or CYRILLIC.search(operation.get("description", ""))
    ]
    assert odd == []


def documents() -> Iterator[Path]:
    yield from (ROOT / file for file in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"))
    for folder in ("docs", "libs", "services"):
        yield from sorted((ROOT / folder).rglob("*.md"))


def test_every_link_of_a_document_leads_somewhere() -> None:
    broken = {
        f"{name(document)}: {target}"
        for document in documents()
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8"))
        if not (document.parent / target).exists()
    }
    assert broken == set()

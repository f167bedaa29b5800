"""The house's own rules that no linter knows: small files and functions, and a domain of nothing but Python."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("libs", "services", "deploy", "tests", "docs")
FILES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
SOURCES = [path for path in FILES if "tests" not in path.parts and "migrations" not in path.parts]
DOMAINS = [path for path in SOURCES if "domain" in path.parts]
SERVICES = ("identity", "diagnostics", "booking", "notifications")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def statements_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its signature's decorators and its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_file_is_longer_than_300_lines() -> None:
    assert {name(p): n for p in FILES if (n := len(p.read_text(encoding="utf-8").splitlines())) > 300} == {}


def test_no_function_is_longer_than_25_lines() -> None:
    long = {f"{name(p)}:{f.name}": n for p in SOURCES for f in functions(p) if (n := statements_lines(f)) > 25}
    assert long == {}


def test_the_domain_imports_only_the_standard_library() -> None:
    foreign = set()
    for path in DOMAINS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                modules = [node.module]
            for module in modules:
                own = f"bilet_{path.parts[path.parts.index('services') + 1]}.domain"
                if module.partition(".")[0] not in sys.stdlib_module_names and not module.startswith(own):
                    foreign.add(f"{name(path)}: {module}")
    assert foreign == set()


@pytest.mark.parametrize("service", SERVICES)
def test_who_knows_one_service_knows_all(service: str) -> None:
    folder = ROOT / "services" / service
    package = folder / "src" / f"bilet_{service}"
    for part in ("domain/events.py", "domain/errors.py", "use_cases", "api/schemas.py", "api/auth.py", "storage"):
        assert (package / part).exists(), part
    for module in ("consumers", "publications", "settings", "bootstrap", "api_app", "worker_app", "cli"):
        assert (package / f"{module}.py").exists(), module
    assert (package / "api" / "routes.py").exists() or (package / "api" / "routes").is_dir()
    assert (folder / "alembic.ini").exists()
    assert (folder / "migrations" / "env.py").exists()

"""The kit stays small enough to be read in an afternoon (docs/adr/0004-the-size-of-the-kit.md)."""

import ast
import io
import tokenize
from pathlib import Path

LIMIT = 2800
KIT = Path(__file__).parents[3] / "libs" / "kit" / "src" / "bilet_kit"
OTHER_FILES = [*KIT.rglob("*.sql"), *KIT.rglob("*.toml")]
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_NOT_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def code_lines(source: str) -> int:
    """Lines that hold code: no blank lines, comments or docstrings."""
    docstrings: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            first = node.body[0]
            docstrings |= set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _NOT_CODE:
            lines |= set(range(token.start[0], token.end[0] + 1))
    return len(lines - docstrings)


def written_lines(source: str) -> int:
    """Lines of SQL or TOML: no blank lines and no comments."""
    return sum(bool(line.strip()) and not line.lstrip().startswith(("--", "#")) for line in source.splitlines())


def test_comments_docstrings_and_blank_lines_do_not_count() -> None:
    assert code_lines('"""A module."""\n\n# a comment\ndef f() -> None:\n    """Nothing."""\n    return None\n') == 2


def test_the_kit_stays_within_its_limit() -> None:
    sizes = {str(path.relative_to(KIT)): code_lines(path.read_text(encoding="utf-8")) for path in KIT.rglob("*.py")}
    sizes |= {str(path.relative_to(KIT)): written_lines(path.read_text(encoding="utf-8")) for path in OTHER_FILES}
    assert sum(sizes.values()) <= LIMIT, sizes

"""Which tests carry a mark such as ``@pytest.mark.covers("V12")``, read from their source."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path


def marked(root: Path, mark: str) -> dict[str, list[str]]:
    """Return the tests that carry each argument of ``mark``, as ``path::name``."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((root / "tests").rglob("test_*.py")):
        for name, ids in _marks(ast.parse(path.read_text()), mark):
            for one in ids:
                found[one].append(f"{path.relative_to(root).as_posix()}::{name}")
    return found


def links(tests: list[str]) -> str:
    """Return the tests as a table's cell on a page of docs/reference."""
    return "<br>".join(f"[{test.rpartition('::')[2]}](../../{test.partition('::')[0]})" for test in tests)


def _marks(tree: ast.Module, mark: str) -> Iterator[tuple[str, list[str]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            ids = [one for decorator in node.decorator_list for one in _arguments(decorator, mark)]
            if ids:
                yield node.name, ids


def _arguments(decorator: ast.expr, mark: str) -> list[str]:
    if not (isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith(f"mark.{mark}")):
        return []
    return [str(ast.literal_eval(argument)) for argument in decorator.args]

"""Writes the beginning of a new room or a new driver, placed where the contracts want it; a room with its first test.

Run: python -m tools.scaffold module weather --above data
     python -m tools.scaffold driver machines.batch slurm
"""

import argparse
import ast
import builtins
import keyword
import re
import subprocess
import sys
from pathlib import Path
from string import Template

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = Path(__file__).parent / "templates"
# What a driver's class is called in its file, and which of the seam's protocols it fulfils.
SEAMS = {
    "machines.batch": ("Batch", "BatchSystem"),
    "machines.transport": ("Transport", "Transport"),
    "data.storage": ("Storage", "Storage"),
    "ingest.source": ("Source", "Source"),
}


class ScaffoldProblem(Exception):
    """It cannot be written; the message says why and what to do."""


def new_module(root: Path, name: str, above: str) -> list[Path]:
    """Write a room that answers one request and place it just above another; return what was written or changed."""
    _check_name(name)
    folder = root / "src" / "app" / "modules" / name
    if folder.exists():
        raise ScaffoldProblem(f"there is a module {name} already")
    pyproject, main = root / "pyproject.toml", root / "src" / "app" / "main.py"
    layers = _inserted(pyproject.read_text(), 'containers = ["app.modules"]', f'"{above}"', f'"{name}", ', above)
    rooms = re.search(r"^from app\.modules import (?:\(([\w,\s]+)\)|([\w, ]+))$", main.read_text(), re.MULTILINE)
    if rooms is None:
        raise ScaffoldProblem("src/app/main.py imports its modules in a way this tool does not know")
    names = sorted([*re.findall(r"\w+", rooms[1] or rooms[2]), name])
    imports = f"from app.modules import ({', '.join(names)})"  # the formatter breaks it as it has to be
    placed = _inserted(main.read_text(), "MODULES: ", f"    {above}.module,", f"    {name}.module,\n", above)
    pyproject.write_text(layers)
    main.write_text(placed.replace(rooms[0], imports))

    title = "".join(part.capitalize() for part in name.split("_"))
    words = {"name": name, "title": title, "path": name.replace("_", "-")}
    targets = {template: folder / template.stem for template in (TEMPLATES / "module").glob("*.txt")}
    targets[TEMPLATES / "module" / "test.py.txt"] = root / "tests" / "modules" / name / f"test_{name}_routes.py"
    for template, target in targets.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template(template.read_text()).substitute(words))
    return [pyproject, main, *sorted(targets.values())]


def new_driver(root: Path, kind: str, name: str) -> list[Path]:
    """Write a driver with every method of its seam, each still to be filled; return the file."""
    _check_name(name)
    if kind not in SEAMS:
        raise ScaffoldProblem(f"there is no driver kind {kind}; there are: {', '.join(SEAMS)}")
    folder = root / "src" / "app" / "modules" / kind.replace(".", "/")
    target = folder / f"{name}.py"
    if target.exists():
        raise ScaffoldProblem(f"there is a {kind} driver {name} already")
    class_name, protocol = SEAMS[kind]
    seam = ast.parse((folder / "__init__.py").read_text())
    body = next(node for node in seam.body if isinstance(node, ast.ClassDef) and node.name == protocol)
    members = "\n".join(part for part in map(_member, body.body) if part)
    words = {"name": name, "kind": kind, "class_name": class_name, "members": members}
    words["imports"] = _imports(seam, members, f"app.modules.{kind}")
    target.write_text(Template((TEMPLATES / "driver.py.txt").read_text()).substitute(words))
    return [target]


def main() -> int:
    """Write what was asked for, formatted as the house is."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    kinds = parser.add_subparsers(dest="what", required=True)
    module = kinds.add_parser("module")
    module.add_argument("name")
    module.add_argument("--above", required=True, help="the highest module it may call")
    driver = kinds.add_parser("driver")
    driver.add_argument("kind", help=", ".join(SEAMS))
    driver.add_argument("name")
    given = parser.parse_args()
    try:
        if given.what == "module":
            written = new_module(ROOT, given.name, given.above)
        else:
            written = new_driver(ROOT, given.kind, given.name)
    except ScaffoldProblem as problem:
        print(f"scaffold: {problem}", file=sys.stderr)
        return 1
    tidy(written)
    for path in written:
        print(path.relative_to(ROOT))
    return 0


def tidy(paths: list[Path]) -> None:
    """Order the imports and format."""
    ruff = Path(sys.executable).parent / "ruff"
    code = [str(path) for path in paths if path.suffix == ".py"]
    subprocess.run([str(ruff), "check", "--quiet", "--fix", "--select", "I,F401", *code], check=True)
    subprocess.run([str(ruff), "format", "--quiet", *code], check=True)


def _check_name(name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise ScaffoldProblem(f"{name!r} cannot name a Python module; use lower-case letters, digits and underscores")


def _inserted(text: str, after: str, before: str, new: str, above: str) -> str:
    """Return ``text`` with ``new`` put before the first ``before`` that follows ``after``."""
    start = text.find(after)
    place = text.find(before, start) if start >= 0 else -1
    if place < 0:
        raise ScaffoldProblem(f"there is no module {above} to be placed above")
    return text[:place] + new + text[place:]


def _member(node: ast.stmt) -> str:
    if isinstance(node, ast.AnnAssign):
        return f"    {ast.unparse(node)}\n"
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return ""
    signature = next(line for line in ast.unparse(node).splitlines() if line.startswith(("def ", "async def ")))
    if node.name == "__init__":
        return f"    {signature.replace('settings: Any', 'settings: Settings')}\n        self._settings = settings\n"
    decorators = "".join(f"    @{ast.unparse(decorator)}\n" for decorator in node.decorator_list)
    promise = (ast.get_docstring(node) or "Say what it does.").splitlines()[0]
    if any(hasattr(builtins, one.arg) for one in (*node.args.args, *node.args.kwonlyargs)):
        signature += "  # noqa: A002 (the seam's)"
    return f'{decorators}    {signature}\n        """{promise}"""\n        raise NotImplementedError\n'


def _imports(seam: ast.Module, code: str, package: str) -> str:
    """Return the imports the signatures need: from where the seam has them, or from the seam itself."""
    used = set(re.findall(r"\b[A-Za-z_]\w*\b", code))
    ours = {node.name for node in seam.body if isinstance(node, ast.ClassDef)}
    ours |= {t.id for n in seam.body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)}
    lines = ["from pydantic import BaseModel, ConfigDict"]
    for node in seam.body:
        if isinstance(node, ast.ImportFrom):
            names = sorted({alias.name for alias in node.names} & used)
            if str(node.module).startswith("app.modules."):
                ours |= set(names)
            elif names:
                lines.append(f"from {node.module} import {', '.join(names)}")
    if names := sorted(ours & used):
        lines.append(f"from {package} import {', '.join(names)}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())

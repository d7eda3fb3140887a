"""Checking definitions before they are put to use: loaded as the server does, then read for what would go wrong."""

import asyncio
import contextlib
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.modules.workflows.definitions import Broken, Catalogue, Definition
from app.modules.workflows.linting import Finding, Severity, lint


@dataclass(frozen=True)
class Problem:
    """A finding and where it is; a definition with one of severity ``error`` is not put to use or cannot work."""

    file: str
    line: int | None
    severity: Severity
    code: str
    message: str
    mend: str


@dataclass(frozen=True)
class Checked:
    """What was found at a path: the definitions that load, and the problems of all."""

    definitions: list[Definition]
    problems: list[Problem]


def check(path: Path) -> Checked:
    """Check a definition, or every definition of a folder. Prints of what is imported go to stderr."""
    path = path.absolute()
    single = path.is_file() or (path / "workflow.py").is_file()
    with tempfile.TemporaryDirectory() as store, contextlib.redirect_stdout(sys.stderr):
        places, extra = ([], [path]) if single else ([path], [])
        catalogue = Catalogue(store=Path(store), places=places, extra=extra, atlas=Path(store), packages=False)
        loaded, broken = asyncio.run(catalogue.refresh())
    problems = [p for d in loaded for p in _of(d.origin, None)]
    problems += [p for b in broken for p in _of(b.origin, b)]
    problems += _same_names([*catalogue.current.values()], loaded)
    if not loaded and not broken:
        problems.append(
            Problem(
                str(path),
                None,
                "error",
                "nothing-here",
                "there is no workflow in this folder",
                "a definition is a .py file, or a folder with a workflow.py",
            )
        )
    return Checked(loaded, problems)


def _of(origin: Path, broken: Broken | None) -> list[Problem]:
    file = origin / "workflow.py" if origin.is_dir() else origin
    found: list[Finding] = []
    with contextlib.suppress(SyntaxError, OSError, ValueError):  # then it does not load, which is said below
        found = lint(file.read_text())
    problems = [Problem(str(file), f.line, f.severity, f.code, f.message, f.mend) for f in found]
    errors = {f.line for f in found if f.severity == "error"}
    if broken is not None and not (errors and (broken.imports or broken.line in errors)):
        message, mend = broken.message, _mend(broken)
        problems.insert(0, Problem(broken.file, broken.line, "error", "does-not-load", message, mend))
    return problems


def _mend(broken: Broken) -> str:
    if broken.message.startswith("ModuleNotFoundError"):
        return "install it beside the server, or put the module into the folder and import it with a dot"
    if broken.imports:
        return "read 'Write a workflow' in the documentation"
    return "mend this line: it must be possible to import the file" if broken.line else "make the files readable"


def _same_names(current: list[Definition], loaded: list[Definition]) -> list[Problem]:
    """Two definitions of one name: the later one read would silently stand for both."""
    kept = {d.spec.name: d for d in current}
    return [
        Problem(
            str(d.origin),
            None,
            "error",
            "same-name",
            f"{kept[d.spec.name].origin} is workflow {d.spec.name!r} too",
            "give one of them another name",
        )
        for d in loaded
        if kept[d.spec.name].origin != d.origin
    ]

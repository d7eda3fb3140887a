"""Definitions: read from watched places, kept by content, so an incident stays on the version it began with.

A definition is a folder with a ``workflow.py``, or one ``.py`` file. When its content changes it is copied to
``<data>/definitions/<name>/<version>/`` (version: 12 hex digits of the SHA-256 over names and bytes) and imported from
there. A broken one is reported and the version before stays in use.
"""

import asyncio
import hashlib
import importlib.metadata
import importlib.util
import re
import shutil
import sys
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from app.kernel.ids import new_id
from app.modules.workflows.authoring import NotAWorkflow, WorkflowSpec, read
from app.modules.workflows.source_text import marked_lines, parse

log = structlog.get_logger(__name__)

_IGNORED = {"__pycache__", ".git", ".mypy_cache", ".ruff_cache"}
_NAME = re.compile(r"^[a-z][a-z0-9_-]{0,62}$")


@dataclass(frozen=True)
class Definition:
    """One version of one workflow, imported."""

    spec: WorkflowSpec
    version: str
    directory: Path
    origin: Path


@dataclass(frozen=True)
class Broken:
    """A definition that cannot be used, and why."""

    origin: Path
    file: str
    line: int | None
    message: str
    name: str | None = None
    imports: bool = False


class DefinitionError(Exception):
    """A definition cannot be used; ``imports`` tells that Python took it, and what it took is no workflow."""

    def __init__(
        self, file: str, line: int | None, message: str, name: str | None = None, *, imports: bool = False
    ) -> None:
        super().__init__(message)
        self.file, self.line, self.message, self.name, self.imports = file, line, message, name, imports


@dataclass
class Catalogue:
    """All definitions this node knows.

    ``places`` are watched folders, ``extra`` single definitions, ``atlas`` the folder with the packed coastlines.
    ``packages`` says whether those of installed packages are among them.
    """

    store: Path
    places: list[Path]
    atlas: Path
    extra: list[Path] = field(default_factory=list)
    packages: bool = True
    current: dict[str, Definition] = field(default_factory=dict)
    broken: dict[Path, Broken] = field(default_factory=dict)
    _versions: dict[tuple[str, str], Definition] = field(default_factory=dict)
    _seen: dict[Path, tuple[tuple[str, int, int], ...]] = field(default_factory=dict)
    _missing: set[Path] = field(default_factory=set)

    async def refresh(self) -> tuple[list[Definition], list[Broken]]:
        """Read what changed since the last time; return the new definitions and the newly broken ones."""
        return await asyncio.to_thread(self._refresh)

    def find(self, name: str, version: str | None = None) -> Definition | None:
        """Return a definition, from the store when the version is not the current one."""
        if version is None:
            return self.current.get(name)
        if (name, version) not in self._versions:
            directory = self.store / name / version
            if not directory.is_dir():
                return None
            try:
                self._versions[name, version] = load(directory, directory)
            except DefinitionError as error:
                log.error("stored definition does not load", workflow=name, version=version, error=error.message)
                return None
        return self._versions[name, version]

    def restore(self, name: str, version: str) -> None:
        """Put the last good version back in use after a restart, unless a newer one is."""
        if name not in self.current and (definition := self.find(name, version)) is not None:
            self.current[name] = definition

    def _refresh(self) -> tuple[list[Definition], list[Broken]]:
        loaded: list[Definition] = []
        broken: list[Broken] = []
        origins = self._origins()
        self._forget(origins)
        for origin in origins:
            try:
                stamp = _stamp(origin)
                if self._seen.get(origin) == stamp:
                    continue
                definition = self._keep(origin, stamp)
            except (DefinitionError, OSError) as unusable:
                error = unusable if isinstance(unusable, DefinitionError) else _unreadable(origin, unusable)
                problem = Broken(origin, error.file, error.line, error.message, error.name, error.imports)
                if self.broken.get(origin) != problem:
                    broken.append(problem)
                self.broken[origin] = problem
                continue
            self.broken.pop(origin, None)
            before = self.current.get(definition.spec.name)
            self.current[definition.spec.name] = definition
            if before is None or before.version != definition.version:
                loaded.append(definition)
        return loaded, broken

    def _forget(self, origins: list[Path]) -> None:
        """Take what was removed out of use; gone twice, because an editor may be between removing and writing it."""
        gone = (set(self._seen) | set(self.broken)) - set(origins)
        for origin in gone & self._missing:
            self._seen.pop(origin, None)
            for name in [n for n, d in self.current.items() if d.origin == origin]:
                del self.current[name]
        for origin in gone:
            self.broken.pop(origin, None)
        self._missing = gone

    def _origins(self) -> list[Path]:
        found = list(self.extra)
        for place in self.places:
            if place.is_dir():
                found += [p for p in sorted(place.iterdir()) if _is_definition(p)]
        return found + (_of_packages() if self.packages else [])

    def _keep(self, origin: Path, stamp: tuple[tuple[str, int, int], ...]) -> Definition:
        staged = self.store / ".staged" / new_id("w")
        staged.parent.mkdir(parents=True, exist_ok=True)
        try:
            if origin.is_dir():
                shutil.copytree(origin, staged, ignore=shutil.ignore_patterns(*_IGNORED))
            else:
                staged.mkdir()
                shutil.copy2(origin, staged / "workflow.py")
            self._seen[origin] = stamp
            version = content_version(staged)  # of the copy: the origin may be being saved
            name = load(staged, origin).spec.name
        except (DefinitionError, OSError):
            shutil.rmtree(staged, ignore_errors=True)
            raise
        kept = self.store / name / version
        if kept.exists() and content_version(kept) == version:
            shutil.rmtree(staged)
        else:
            shutil.rmtree(kept, ignore_errors=True)  # what a power cut left of it
            kept.parent.mkdir(parents=True, exist_ok=True)
            staged.rename(kept)
        definition = load(kept, origin)
        self._versions[name, version] = definition
        return definition


def _of_packages() -> list[Path]:
    """Return the definitions of installed packages: what entry points of the group stormbell.workflows name."""
    found = []
    for point in importlib.metadata.entry_points(group="stormbell.workflows"):
        try:
            spec = importlib.util.find_spec(point.module)
        except (ImportError, ValueError) as error:  # one package half removed is no reason to lose the others
            log.error("workflow of a package is not there", entry_point=point.name, error=str(error))
            continue
        if spec is not None and spec.origin is not None:
            file = Path(spec.origin)
            found.append(file.parent if file.name in ("__init__.py", "workflow.py") else file)
    return found


def _unreadable(origin: Path, error: OSError) -> DefinitionError:
    """Say what cannot be read; it is tried again at each look, because what forbids it leaves no trace in the files."""
    if isinstance(error, shutil.Error):  # of copytree: a list of (from, to, why)
        file, _, why = error.args[0][0]
    else:
        file, why = error.filename or origin, error.strerror or str(error)
    return DefinitionError(str(origin), None, f"{file} cannot be read: {why}")


def load(directory: Path, origin: Path) -> Definition:
    """Import ``directory/workflow.py`` as a package of its own. Raises DefinitionError with file and line."""
    version = content_version(directory)
    package = f"stormbell_definition_{version}_{hashlib.sha256(str(directory).encode()).hexdigest()[:8]}"
    file = directory / "workflow.py"
    shown = str(origin / "workflow.py" if origin.is_dir() else origin)
    if not file.is_file():
        raise DefinitionError(shown, None, "there is no workflow.py in this folder")
    parent = importlib.util.module_from_spec(
        importlib.util.spec_from_loader(package, loader=None, is_package=True)  # type: ignore[arg-type]
    )
    parent.__path__ = [str(directory)]
    sys.modules[package] = parent
    spec = importlib.util.spec_from_file_location(f"{package}.workflow", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[f"{package}.workflow"] = module
    try:
        spec.loader.exec_module(module)
        marked = [v for v in vars(module).values() if isinstance(v, type) and "__workflow__" in vars(v)]
        if len(marked) != 1:
            raise NotAWorkflow(f"one class marked with @workflow is needed, there are {len(marked)}")
        workflow = read(marked[0])
        if not _NAME.match(workflow.name):
            raise NotAWorkflow(f"{workflow.name!r} is not a workflow name: a-z, 0-9, - and _, at most 63")
    except SyntaxError as error:
        raise DefinitionError(_shown(error.filename, directory, origin), error.lineno, error.msg) from error
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | asyncio.CancelledError):
            raise
        where = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(str(directory))]
        place = where[-1] if where else None
        if isinstance(error, NotAWorkflow):  # found by reading what was imported, which no longer knows its lines
            raise DefinitionError(shown, _line_of(file, str(error)), str(error), imports=True) from error
        text = f"{type(error).__name__}: {error}"
        raise DefinitionError(
            _shown(place.filename, directory, origin) if place else shown, place.lineno if place else None, text
        ) from error
    return Definition(workflow, version, directory, origin)


def _line_of(file: Path, complaint: str) -> int | None:
    text = file.read_text(errors="replace")
    lines = marked_lines(text)
    if len(lines) > 1:
        return lines[1]
    source = parse(text)
    return None if source is None else source.line_of(complaint)


def content_version(path: Path) -> str:
    """Return 12 hex digits over the names and bytes of a definition."""
    digest = hashlib.sha256()
    for file in _files(path):
        relative = file.relative_to(path).as_posix() if path.is_dir() else "workflow.py"
        data = file.read_bytes()
        digest.update(f"{relative}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()[:12]


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(p for p in path.rglob("*") if p.is_file() and not _IGNORED & set(p.relative_to(path).parts))


def _stamp(path: Path) -> tuple[tuple[str, int, int], ...]:
    stats = [(f, f.stat()) for f in _files(path)]
    return tuple((str(f), s.st_mtime_ns, s.st_size) for f, s in stats)


def _is_definition(path: Path) -> bool:
    if path.name.startswith((".", "_")):
        return False
    return path.suffix == ".py" if path.is_file() else (path / "workflow.py").is_file()


def _shown(filename: str | None, directory: Path, origin: Path) -> str:
    if filename is None or not filename.startswith(str(directory)):
        return filename or str(origin)
    return str(origin / Path(filename).relative_to(directory)) if origin.is_dir() else str(origin)


def describe(definition: Definition) -> list[dict[str, Any]]:
    """Return the static graph: each stage and the stages it says it sends to."""
    return [
        {"name": s.name, "sends": list(s.sends), "compensate": s.compensate, "finaliser": s.finaliser}
        for s in definition.spec.stages.values()
    ]

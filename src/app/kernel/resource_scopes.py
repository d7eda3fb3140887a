"""Scopes of tokens that admit to one place: ``storage:sto_…:/reports:read`` is that directory's files, to be read.

A room declares which of its operations such a scope admits to, and asks :func:`admits` where it knows the path.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Mode = Literal["read", "write"]
_SCOPE = re.compile(
    r"(?P<kind>[a-z]+):(?P<id>[a-z]+_[0-9A-Z]{26}):/(?P<path>[^\x00-\x1f\x7f]{0,400}):(?P<mode>read|write)"
)
_OPERATIONS: dict[tuple[str, str], frozenset[str]] = {}


@dataclass(frozen=True)
class ResourceScope:
    """One place, and what may be done below it; ``write`` admits to reading too."""

    kind: str
    id: str
    path: str
    mode: str

    def has(self, path: str) -> bool:
        """Say whether a path is this one, or below it."""
        return not self.path or path == self.path or path.startswith(self.path + "/")


def declare(kind: str, mode: Mode, operations: Collection[str]) -> None:
    """Let scopes of a kind and mode admit to operations."""
    _OPERATIONS[kind, mode] = frozenset(operations)


@lru_cache(maxsize=10_000)
def parse(scope: str) -> ResourceScope | None:
    """Return what a scope admits to; ``None`` when it is none of these, or of a kind nobody has declared."""
    found = _SCOPE.fullmatch(scope)
    if found is None or (found["kind"], "read") not in _OPERATIONS:
        return None
    path = found["path"].strip("/")
    if any(part in ("", ".", "..") for part in path.split("/")) and path:
        return None
    return ResourceScope(found["kind"], found["id"], path, found["mode"])


def operations_of(scope: str) -> frozenset[str]:
    """Return the operations a scope admits to, each for its place only."""
    found = parse(scope)
    if found is None:
        return frozenset()
    more = _OPERATIONS.get((found.kind, "write"), frozenset()) if found.mode == "write" else frozenset()
    return _OPERATIONS[found.kind, "read"] | more


def admits(scopes: Collection[str], operation_id: str, kind: str, id_: str, path: str) -> bool:
    """Say whether a caller's scopes admit to an operation at a place."""
    if "*" in scopes or operation_id in scopes:
        return True
    for scope in scopes:
        found = parse(scope)
        if found is None or (found.kind, found.id) != (kind, id_) or not found.has(path.strip("/")):
            continue
        if operation_id in operations_of(scope):
            return True
    return False


def is_within(scope: str, scopes: Collection[str]) -> bool:
    """Say whether one of ``scopes`` admits to all that a scope of a place does."""
    wanted = parse(scope)
    if wanted is None:
        return False
    for one in scopes:
        had = parse(one)
        if had is None or (had.kind, had.id) != (wanted.kind, wanted.id) or not had.has(wanted.path):
            continue
        if had.mode in ("write", wanted.mode):
            return True
    return False

"""What a module tells the house about itself, once, in its front door."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fastapi import APIRouter
from pydantic import BaseModel

from app.kernel.loops import Loop
from app.kernel.principal import Role

if TYPE_CHECKING:
    from app.kernel.node import Node


@dataclass(frozen=True)
class Module:
    """A room of the house.

    ``permissions`` names the least role for each operationId of ``routers`` (``Role.PUBLIC`` needs no login); an
    operation without an entry is denied. ``start`` runs before the loops and may register executors and checkers;
    at a stop ``drain`` runs while every module still works, lowest floor first, and ``stop`` after the loops have
    stopped.
    """

    name: str
    routers: Sequence[APIRouter] = ()
    permissions: Mapping[str, Role] = field(default_factory=dict)
    settings: type[BaseModel] | None = None
    loops: Callable[["Node"], Sequence[Loop]] | None = None
    start: Callable[["Node"], Awaitable[None]] | None = None
    drain: Callable[["Node"], Awaitable[None]] | None = None
    stop: Callable[["Node"], Awaitable[None]] | None = None

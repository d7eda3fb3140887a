"""The pytest plugin ``stormbell.testing``: the fixture ``run_workflow``. Nothing else is imported until it is used."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from stormbell.testing import Rehearsal


@pytest.fixture
def run_workflow(tmp_path: Path) -> "Iterator[Callable[..., Rehearsal]]":
    """Open an incident of a workflow in memory: ``run_workflow("flood/", "forecast", Reading(...), simulate=...)``.

    The workflow is its file, its folder or its class. Further arguments are those of
    :meth:`stormbell.testing.World.open`; ``simulate``, ``also`` and ``now`` are those of
    :class:`stormbell.testing.World`. Returns a :class:`stormbell.testing.Rehearsal`.
    """
    from stormbell.testing import World

    worlds: list[World] = []

    def opened(
        workflow: Any, stage: Any = None, message: Any = None, *, simulate: Any = None, also: Any = (), now: Any = None,
        **more: Any,
    ) -> "Rehearsal":  # fmt: skip
        world = World(workflow, *also, place=tmp_path / f"world-{len(worlds)}", simulate=simulate, now=now)
        worlds.append(world)
        return world.open(stage, message, **more)

    yield opened
    for world in worlds:
        world.close()

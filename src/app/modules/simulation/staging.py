"""Bringing what a run needs to its machine: its files, its data sets, what its template directory holds."""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath

from pydantic_core import to_json

from app.kernel.ids import is_id
from app.kernel.node import Node
from app.modules import data, machines
from app.modules.machines import BatchRun, Machine, Provided, RunRefused, Transport
from app.modules.simulation.schemas import SimulationSubmit


@dataclass(frozen=True)
class Staged:
    """What was brought to a machine: how much, and how long it took."""

    directory: str
    bytes: int
    seconds: float


def equipped(spec: SimulationSubmit, software: Sequence[Provided]) -> SimulationSubmit:
    """Return a run with what its machine's software needs: modules and path before its own, its own variables last.

    It runs in the first image there is, its own before others.
    """
    if not software:
        return spec
    modules = [module for one in software for module in one.modules]
    environment = {name: value for one in software for name, value in one.environment.items()}
    return spec.model_copy(
        update={
            "modules": list(dict.fromkeys([*modules, *spec.modules])),
            "setup": [*[machines.path_line(one.path) for one in software if one.path is not None], *spec.setup],
            "environment": {**environment, **spec.environment},
            "image": spec.image or next((one.image for one in software if one.image is not None), None),
        }
    )


def run_of(marker: str, name: str, spec: SimulationSubmit) -> BatchRun:
    """Return a run as batch systems are asked for it."""
    wanted = spec.resources
    return BatchRun(
        marker=marker,
        name=name,
        command=spec.command,
        environment=spec.environment,
        outputs=[output.pattern for output in spec.outputs],
        urgency=spec.urgency,
        cores=wanted.cores,
        memory_bytes=wanted.memory_bytes,
        walltime_seconds=wanted.walltime_seconds,
        cpu_seconds=wanted.cpu_seconds,
        nodes=wanted.nodes,
        tasks=wanted.tasks,
        gpus=wanted.gpus,
        partition=wanted.partition,
        account=wanted.account,
        qos=wanted.qos,
        reservation=wanted.reservation,
        constraint=wanted.constraint,
        modules=spec.modules,
        setup=spec.setup,
        extra=spec.extra,
        image=spec.image,
    )


async def stage_in(node: Node, machine: Machine, directory: str, spec: SimulationSubmit) -> Staged:
    """Bring a run's files into its prepared directory; what is there already is written again or left.

    Raises what the transport raises, and DatasetNotFound (404), ContentMissing (503).
    """
    transport = await machines.transport_of(node, machine)
    began = time.monotonic()
    total = 0
    if spec.template_directory is not None:
        await _copy_template(transport, spec.template_directory, directory)
    for name, content in spec.files.items():
        target = f"{directory}/{name}"
        if isinstance(content, str) and is_id(content, "dst"):
            total += await stage_dataset(node, transport, content, target)
        else:
            text = content.encode() if isinstance(content, str) else to_json(content)
            await transport.put(text, target)
            total += len(text)
    return Staged(directory, total, time.monotonic() - began)


async def stage_dataset(node: Node, transport: Transport, dataset_id: str, target: str) -> int:
    """Bring one data set there; return its bytes. Raises DatasetNotFound (404), ContentMissing (503)."""
    async with node.database.sessions() as session:
        dataset = await data.get(session, dataset_id)
    async with data.files_of(node, [dataset_id]) as files:
        await transport.put(files[dataset_id], target)
    return dataset.bytes


async def _copy_template(transport: Transport, template: str, directory: str) -> None:
    try:
        entries = await transport.entries(template)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise RunRefused(f"there is no directory {template}") from error
    for entry in entries:
        with suppress(FileExistsError):  # an earlier attempt of this submission was here
            await transport.copy(str(PurePosixPath(template, entry.name)), f"{directory}/{entry.name}")

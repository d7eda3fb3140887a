"""The other side of :mod:`process`: reads orders from stdin, runs one stage after the other, writes the answers.

Run: python -m app.modules.workflows.process_child
"""

import asyncio
import ctypes
import os
import pickle
import signal
import struct
import sys
import traceback
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import structlog
from pydantic import BaseModel

from app.modules.workflows.definitions import Definition, load

_PR_SET_PDEATHSIG = 1

_loaded: dict[Path, Definition] = {}


def main() -> None:
    """Run stages until stdin ends."""
    _die_with_parent()
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what an author prints is no part of the answer
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            lambda _logger, _name, record: orjson.dumps(record, default=str).decode(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    while (order := _next(orders)) is not None:
        answer = _run(order)
        sys.stdout.flush()
        answers.write(struct.pack("!Q", len(answer)) + answer)
        answers.flush()


def _next(orders: BinaryIO) -> bytes | None:
    head = orders.read(8)
    return orders.read(*struct.unpack("!Q", head)) if len(head) == 8 else None


def _run(order: bytes) -> bytes:
    # The server's own bytes, from its pipe: nobody else can write to it.
    directory, origin, name, scratch, context, inner = pickle.loads(order)  # noqa: S301
    os.environ["HOME"] = scratch
    os.chdir(scratch)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**context)
    try:
        if directory not in _loaded:
            _loaded[directory] = load(directory, origin)
        definition = _loaded[directory]
        incident, message = pickle.loads(inner)  # noqa: S301 - after the loading: its classes are that module's
        spec = definition.spec.stages[name]
        result = asyncio.run(_call(spec.function, definition.spec.instance, incident, message))
        return pickle.dumps((True, (incident.effects, incident.state), result))
    except Exception as error:  # noqa: BLE001 - an author's code; the other side fails the attempt with it
        traceback.print_exc()
        return pickle.dumps((False, f"{type(error).__name__}: {error}", None))


async def _call(function: Any, instance: Any, incident: Any, message: BaseModel) -> BaseModel | None:
    task = asyncio.ensure_future(function(instance, incident, message))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    result: BaseModel | None = await task
    return result


def _die_with_parent() -> None:
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


if __name__ == "__main__":
    main()

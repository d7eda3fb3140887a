"""A node of its own process: ``node_process.py URL DATA_DIRECTORY NAME PERIOD_SECONDS [SETTING=VALUE ...]``.

Says ``ready <boot id>``; then one JSON line whenever its boot id, its state or its right to claim changes. On its
standard input ``busy N`` makes it report N running jobs.
"""

import asyncio
import json
import signal
import sys
from typing import Any

from app.kernel import settings as settings_sources
from app.kernel.node import Node
from app.modules import nodes


async def main(url: str, data_directory: str, name: str, period: str, *pairs: str) -> None:
    settings = settings_sources.load(
        {"nodes": nodes.NodeSettings},
        flags={
            "data_directory": data_directory,
            "server.node_name": name,
            "nodes.heartbeat_seconds": period,
            **dict(pair.split("=", 1) for pair in pairs),
        },
        environ={},
        toml_paths=(),
    )
    node = Node(settings, (nodes.module,), url)
    presence = nodes.presence_of(node)
    fenced = 0

    def note() -> None:
        nonlocal fenced
        fenced += 1

    presence.on_fenced.append(note)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)

    def told() -> None:
        word, _, count = sys.stdin.readline().strip().partition(" ")
        if word == "busy":
            presence.report(busy=int(count), slots=8)

    loop.add_reader(sys.stdin, told)
    await node.start()
    print("ready", node.boot_id, flush=True)
    said: Any = None
    while not stop.is_set():
        now = {
            "boot_id": node.boot_id,
            "state": presence.state,
            "may_claim": presence.may_claim(),
            "sections": None if presence.sections is None else len(presence.sections),
            "leads": presence.leads("watch"),
            "fenced": fenced,
        }
        if now != said:
            print(json.dumps(now), flush=True)
            said = now
        await node.clock.wait(stop, 0.005)
    await node.stop()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

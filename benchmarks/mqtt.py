"""Messages of an MQTT broker, 1 KiB, QoS 1, into a real ``stormbell serve``, acknowledged after the commit.

The messages wait at the broker in the source's session; what is measured is from the session's resumption to the last
one's commit. Every delivery has its row, its job and its fact. Beside it stands a client that takes and throws away.
"""

import argparse
import asyncio
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from benchmarks.ingest_load import reading
from benchmarks.jobs_cost import process_cpu_seconds, server_cpu_seconds
from benchmarks.report import Row, median_row, publish
from tools.live import Server, owner_of

TARGET = 10_000
IN_FLIGHT = 1000


async def broker(directory: Path) -> tuple[asyncio.subprocess.Process, int]:
    """Start mosquitto; return it and its port."""
    program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
    config = directory / "mosquitto.conf"
    config.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_inflight_messages 0\nmax_queued_messages 0\n"
    )
    process = await asyncio.create_subprocess_exec(
        program, "-c", str(config), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return process, port


def publish_all(port: int, messages: Sequence[bytes]) -> None:
    """Publish and wait until the broker has them all."""
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.max_inflight_messages_set(IN_FLIGHT)
    client.connect("127.0.0.1", port)
    client.loop_start()
    for sent in [client.publish("bench/reading", message, qos=1) for message in messages]:
        sent.wait_for_publish(120)
    client.disconnect()
    client.loop_stop()


def session_of(port: int, count: int) -> float:
    """Subscribe in a session that lasts; with ``count``, take so many messages of it and return the seconds."""
    client = paho.Client(CallbackAPIVersion.VERSION2, "bare", protocol=paho.MQTTv5)
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's
    properties.SessionExpiryInterval, properties.ReceiveMaximum = 3600, IN_FLIGHT
    came = [0]

    def take(*_: Any) -> None:
        came[0] += 1

    granted: list[bool] = []
    client.on_message = take
    client.on_subscribe = lambda *_: granted.append(True)
    began = time.monotonic()
    client.connect("127.0.0.1", port, clean_start=False, properties=properties)
    client.subscribe("bench/#", 1)
    while came[0] < count or not granted:
        client.loop(0.1)
    seconds = time.monotonic() - began
    client.disconnect()
    return seconds


async def measure(quick: bool) -> list[Row]:
    rounds, count = (2, 10_000) if quick else (5, 50_000)
    rates, app_us, database_us, bare = [], [], [], []
    with tempfile.TemporaryDirectory(prefix="stormbell-bench-") as directory:
        process, port = await broker(Path(directory))
        server = Server(Path(directory) / "data", "--set", f"egress.allow=127.0.0.1:{port}")
        await server.start()
        try:
            async with owner_of(server) as client:
                (await client.post("/queues/default/pause")).raise_for_status()
                settings = {"host": "127.0.0.1", "port": port, "tls": False, "topics": ["bench/#"], "key": "/id"}
                wanted = {"name": "bench", "driver": "mqtt", "settings": {**settings, "in_flight": IN_FLIGHT}}
                path = "/sources/" + (await client.post("/sources", json=wanted)).raise_for_status().json()["id"]
                await listens(client, path)
                await asyncio.to_thread(session_of, port, 0)
                connection = await asyncpg.connect(
                    host=server.postgres_socket(), user="stormbell", database="stormbell"
                )
                for number in range(-1, rounds):
                    some = count // 5 if number < 0 else count
                    await client.patch(path, json={"enabled": False})
                    await asyncio.sleep(1)
                    before = await connection.fetchval("SELECT count(*) FROM deliveries")
                    await asyncio.to_thread(publish_all, port, [reading(n, f"r{number}") for n in range(some)])
                    app, database = process_cpu_seconds(server.pid), server_cpu_seconds(server.postgres_pid())
                    began = time.monotonic()
                    await client.patch(path, json={"enabled": True})
                    while await connection.fetchval("SELECT count(*) FROM deliveries") < before + some:
                        await asyncio.sleep(0.01)
                    seconds = time.monotonic() - began
                    if number >= 0:
                        rates.append(some / seconds)
                        app_us.append((process_cpu_seconds(server.pid) - app) * 1e6 / some)
                        database_us.append((server_cpu_seconds(server.postgres_pid()) - database) * 1e6 / some)
                    bare.append(some / await asyncio.to_thread(session_of, port, some))
                await connection.close()
        finally:
            await server.stop()
            process.terminate()
            await process.wait()
    first = median_row("messages to deliveries", "1/s", rates, better="higher", target=TARGET)
    first.other, first.other_name = round(max(bare)), "paho alone, thrown away"
    return [
        first,
        median_row("CPU of the app", "us each", app_us),
        median_row("CPU of PostgreSQL", "us each", database_us),
    ]


async def listens(client: httpx.AsyncClient, path: str) -> None:
    """Wait until the source holds its session."""
    while not (await client.get(path)).json()["last_polled_at"]:
        await asyncio.sleep(0.05)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer messages, about a minute")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    arguments = parser.parse_args()
    return publish("mqtt", asyncio.run(measure(arguments.quick)), as_json=arguments.json)


if __name__ == "__main__":
    sys.exit(main())

"""A real mosquitto on loopback, and who publishes to it."""

import asyncio
import contextlib
import os
import shutil
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

MOSQUITTO = shutil.which("mosquitto") or (Path("/usr/sbin/mosquitto").exists() and "/usr/sbin/mosquitto") or None
needs_mosquitto = pytest.mark.skipif(
    MOSQUITTO is None, reason="there is no mosquitto; python -m tools.sites installs it"
)


@dataclass
class Broker:
    """Where it listens; it can be stopped and started again with what it had stored."""

    port: int
    directory: Path
    extra: Sequence[str] = ()
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until it listens."""
        config = self.directory / "mosquitto.conf"
        lines = (
            f"listener {self.port} 127.0.0.1",
            "max_inflight_messages 0",
            "max_queued_messages 0",
            "persistence true",
            f"persistence_location {self.directory}/",
            *([] if any("allow_anonymous" in one for one in self.extra) else ["allow_anonymous true"]),
            *(["user root"] if os.geteuid() == 0 else []),  # else it becomes one who may not read the test's files
            *self.extra,
        )
        config.write_text("\n".join(lines) + "\n")
        self.process = await asyncio.create_subprocess_exec(
            str(MOSQUITTO), "-c", str(config), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(10):
            while True:
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                    writer.close()
                    return
                await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """Stop it; it stores its sessions first."""
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            await self.process.wait()

    async def publish(self, messages: Sequence[tuple[str, bytes]], qos: int = 1, **login: str) -> None:
        """Publish and wait until the broker has them all."""
        await asyncio.to_thread(self._publish, messages, qos, login)

    def _publish(self, messages: Sequence[tuple[str, bytes]], qos: int, login: dict[str, str]) -> None:
        from paho.mqtt import client as paho
        from paho.mqtt.enums import CallbackAPIVersion

        client: Any = paho.Client(CallbackAPIVersion.VERSION2)
        client.max_inflight_messages_set(1000)
        if login:
            client.username_pw_set(login["user"], login["password"])
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        try:
            for sent in [client.publish(topic, body, qos) for topic, body in messages]:
                sent.wait_for_publish(20)
        finally:
            client.disconnect()
            client.loop_stop()


@asynccontextmanager
async def serving(directory: Path, *extra: str, port: int | None = None) -> AsyncIterator[Broker]:
    """Run a broker until the block ends."""
    directory.mkdir(exist_ok=True)
    broker = Broker(port or free_port(), directory, extra)
    await broker.start()
    try:
        yield broker
    finally:
        await broker.stop()


def free_port() -> int:
    """Return a port of loopback nobody listens at."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port

"""What was acknowledged is there after kill -9, and what a sender repeats is taken once."""

import asyncio
from pathlib import Path

import asyncpg
import httpx
import pytest

from tools.live import Server, owner_of

SENDERS = 16
LEAST = 150


@pytest.mark.covers("V59")
@pytest.mark.timeout(600)
async def test_a_killed_server_has_lost_nothing_it_acknowledged(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", "--set", "server.roles=api")
    await server.start()
    try:
        async with owner_of(server) as client:
            made = await client.post("/sources", json={"name": "gauges", "driver": "push", "settings": {"key": "/id"}})
            source = f"/sources/{made.raise_for_status().json()['id']}"
            key = await client.post(f"{source}/keys", json={"kind": "token"})
            login = {"Authorization": f"Bearer {key.raise_for_status().json()['secret']}"}
            path = f"{source}/deliveries"
            acknowledged: dict[str, int] = {}
            unsure: list[int] = []
            enough = asyncio.Event()

            async def send(sender: int) -> None:
                for number in range(sender, 100_000, SENDERS):
                    try:
                        answer = await client.post(path, json={"id": number}, headers=login)
                    except httpx.TransportError:
                        unsure.append(number)
                        return
                    if answer.status_code != 202:
                        unsure.append(number)
                        return
                    acknowledged[answer.json()["delivery_ids"][0]] = number
                    if len(acknowledged) >= LEAST:
                        enough.set()

            senders = [asyncio.create_task(send(number)) for number in range(SENDERS)]
            await enough.wait()
            await server.kill()
            await asyncio.gather(*senders)
            assert len(acknowledged) >= LEAST
            await server.start()
            connection = await asyncpg.connect(host=server.postgres_socket(), user="stormbell", database="stormbell")
            rows = await connection.fetch("SELECT d.id FROM deliveries d JOIN jobs j ON j.id = d.job_id")
            assert acknowledged.keys() <= {row["id"] for row in rows}
            # The senders that got no answer send again.
            answers = [await client.post(path, json={"id": number}) for number in unsure]
            assert {answer.status_code for answer in answers} <= {202}
            counts = await connection.fetchrow("SELECT count(*), count(DISTINCT item_key) FROM deliveries")
            assert tuple(counts) == (len(acknowledged) + len(unsure),) * 2
            await connection.close()
    finally:
        await server.stop()

"""The whole API under schemathesis: no 5xx, nobody let in without a token, nothing wrong taken for right."""

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.security.fuzzing import fuzz
from tools.live import Server, owner_of

LONG = bool(os.environ.get("CHAOS_LONG"))
# What the documents say of each operation, what operations ask each other for (a thing that was removed is used again),
# and every edge of every schema: one after the other, or the first would take all the time.
RUNS = {
    "fuzzing": {"examples": 200 if LONG else 1, "seconds": 1200 if LONG else 18},
    "stateful": {"examples": 300 if LONG else 4, "seconds": 900 if LONG else 18},
    "coverage": {"examples": 1, "seconds": 1200 if LONG else 18},
}
# Whoever may less is asked for less of their time: what they may not is refused before it is looked at.
ALSO = {
    "runner": {"fuzzing": {"examples": 100 if LONG else 1, "seconds": 600 if LONG else 15}},
    "stranger": {"fuzzing": {"examples": 30 if LONG else 1, "seconds": 300 if LONG else 8}},
}


@pytest.mark.security("S1", "S7", "S27")
@pytest.mark.timeout(3600 if LONG else 600)
async def test_no_request_however_odd_breaks_or_opens_anything(tmp_path: Path) -> None:
    server = Server(tmp_path / "data", "--set", "limits.stranger_requests_burst=1000000")
    await server.start()
    try:
        async with owner_of(server) as client:
            tokens = {
                "owner": client.headers["Authorization"].removeprefix("Bearer "),
                "runner": await token_of_runner(server, client),
                "stranger": None,
            }
            (await client.post("/jobs", json={"kind": "wait", "payload": {"milliseconds": 0}})).raise_for_status()
            for whose, runs in {"owner": RUNS, **ALSO}.items():
                for phases, limits in runs.items():
                    seed = int.from_bytes(os.urandom(4)) if LONG else 20261122
                    passed, said = await fuzz(server.url, tokens[whose], tmp_path, phases=phases, seed=seed, **limits)
                    assert passed, f"as {whose}, {phases}: {said[-20_000:]}"
            assert (await client.get("/sessions/current")).status_code == 200, "it could ask until the end"
            assert server.process is not None
            assert server.process.returncode is None
    finally:
        await server.stop()
    assert not list(broken(server.stderr()))


def broken(said: str) -> Iterator[str]:
    """Yield the lines of a log that tell of a bug: with where it was, and not of a job that failed by itself."""
    line = ""
    for one in said.splitlines():
        if "| Traceback" in one or one.startswith("Traceback"):
            if " job failed" not in line:
                yield line or one
        elif not one.startswith(" "):
            line = one


async def token_of_runner(server: Server, owner: httpx.AsyncClient) -> str:
    """Make somebody with the role of a runner; return an API token of theirs."""
    runner = {"email": "rita@example.org", "password": os.urandom(12).hex()}
    made = await owner.post("/users", json={**runner, "name": "Rita", "role": "runner"})
    made.raise_for_status()
    api = f"{server.url}/api/v1"
    async with httpx.AsyncClient(base_url=api, headers={"Origin": server.url}, trust_env=False) as browser:
        (await browser.post("/sessions", json=runner)).raise_for_status()
        token: str = (await browser.post("/tokens", json={"name": "test"})).raise_for_status().json()["token"]
    return token

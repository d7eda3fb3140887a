"""The whole API under schemathesis: no 5xx, nobody let in without a token, nothing wrong taken for right."""

import os
from pathlib import Path

import pytest

from tests.security.fuzzing import fuzz
from tools.live import Server, owner_of

LONG = bool(os.environ.get("CHAOS_LONG"))
# What the operations ask each other for, and what the documents say of them; then every edge of every schema.
RUNS = {
    "fuzzing,stateful": {"examples": 200 if LONG else 2, "seconds": 1200 if LONG else 25},
    "coverage": {"examples": 1, "seconds": 1200 if LONG else 25},
}


@pytest.mark.security("S1", "S7", "S27")
@pytest.mark.timeout(2600 if LONG else 240)
async def test_no_request_however_odd_breaks_or_opens_anything(tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    await server.start()
    try:
        async with owner_of(server) as client:
            token = client.headers["Authorization"].removeprefix("Bearer ")
            (await client.post("/jobs", json={"kind": "wait", "payload": {"milliseconds": 0}})).raise_for_status()
            for phases, limits in RUNS.items():
                seed = int.from_bytes(os.urandom(4)) if LONG else 20261122
                passed, said = await fuzz(server.url, token, tmp_path, phases=phases, seed=seed, **limits)
                assert passed, said[-20_000:]
            assert (await client.get("/sessions/current")).status_code == 200, "it could ask until the end"
            assert server.process is not None
            assert server.process.returncode is None
    finally:
        await server.stop()
    assert "Traceback" not in server.stderr()

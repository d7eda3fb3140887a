"""Who may scrape, and what modules tell at their seam."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest
from fastapi import FastAPI

from app.kernel import audit
from app.kernel.figures import Figure, Histogram, add_figures
from app.kernel.node import Node
from app.modules.logging.settings import LoggingSettings


@pytest.fixture
async def stranger(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client on this very machine that is not logged in."""
    transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 40000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as opened:
        yield opened


@pytest.mark.security("S29")
async def test_metrics_need_a_token_unless_the_settings_say_otherwise(
    running_node: Node, client: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    settings = running_node.settings.of(LoggingSettings)
    for allowed, ours, theirs in (("token", 200, 403), ("local", 200, 200), ("off", 404, 404)):
        settings.metrics = allowed  # type: ignore[assignment]
        assert (await client.get("/metrics")).status_code == ours, allowed
        assert (await stranger.get("/metrics")).status_code == theirs, allowed
    assert LoggingSettings.model_fields["metrics"].default == "token"


async def test_modules_tell_their_own_figures(running_node: Node, client: httpx.AsyncClient) -> None:
    times = Histogram("stormbell_probe_seconds", "Of a probe", (0.1, 1))
    for seconds in (0.05, 0.1, 0.5, 7):
        times.observe(seconds)

    async def probe() -> Sequence[Figure | Histogram]:
        count = Figure("stormbell_probe_turns", "Turns", {("left",): 2, ("right",): 3}, labels=("way",), kind="counter")
        return (count, times)

    async def broken() -> Sequence[Figure]:
        raise RuntimeError("no figures today")

    add_figures(running_node, broken)
    add_figures(running_node, probe)
    lines = (await client.get("/metrics")).text.splitlines()
    assert 'stormbell_probe_turns_total{way="right"} 3.0' in lines
    assert [line for line in lines if line.startswith("stormbell_probe_seconds")] == [
        'stormbell_probe_seconds_bucket{le="0.1"} 2.0',
        'stormbell_probe_seconds_bucket{le="1.0"} 3.0',
        'stormbell_probe_seconds_bucket{le="+Inf"} 4.0',
        "stormbell_probe_seconds_count 4.0",
        "stormbell_probe_seconds_sum 7.65",
    ]


async def test_the_audit_and_the_queue_are_among_them(running_node: Node, client: httpx.AsyncClient) -> None:
    await running_node.switch_off(frozenset({"audit.seal"}))
    async with running_node.database.transaction() as session:
        audit.note(session, "probe.done")
    answer = await client.post("/api/v1/jobs", json={"kind": "wait", "payload": {"milliseconds": 0}})
    assert answer.status_code == 202, answer.text
    async with asyncio.timeout(20):
        while value_of(text := (await client.get("/metrics")).text, "stormbell_job_start_seconds_count") < 1:
            pass
    assert value_of(text, "stormbell_audit_waiting_events") == 1
    assert value_of(text, "stormbell_audit_position") == 0


def value_of(text: str, name: str) -> float:
    return next(float(line.split(" ")[1]) for line in text.splitlines() if line.startswith(f"{name} "))

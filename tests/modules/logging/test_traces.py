"""A request, the jobs it made, their stages and simulations are one trace, as a collector of OTLP receives it."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from otlp_receiver import Collector, Received, collecting
from pydantic import BaseModel
from sqlalchemy import text

from app.kernel import tracing
from app.kernel.node import Node
from app.kernel.redaction import register_secret
from app.main import create_app
from app.modules import jobs
from tests.modules.workflows.house import House

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "00f067aa0ba902b7"
TRACEPARENT = f"00-{TRACE}-{CALLER}-01"
SECRET = "correct-horse-battery-staple"

WORKFLOW = """
from pydantic import BaseModel
from stormbell import Arrival, Gathered, Incident, Opening, SimulationRequest, stage, trigger, workflow


class Ring(BaseModel):
    how: str = "softly"


@workflow("bell", duration_seconds=3600)
class Bell:
    class State(BaseModel):
        rings: list[str] = []

    @trigger(source="bells")
    def arrives(self, arrival: Arrival) -> Opening | None:
        return Opening(key=arrival.body["id"], name="Bell", stage=self.ring, message=Ring())

    @stage(sends=("gathered",))
    async def ring(self, incident: Incident[State], message: Ring) -> None:
        peal = SimulationRequest(name="peal", command=["/bin/true"], memory_bytes=2**31)
        incident.simulate([peal], then=self.gathered, message=Gathered())

    @stage
    async def gathered(self, incident: Incident[State], message: Gathered) -> None:
        incident.complete()
"""


class Work(BaseModel):
    word: str = ""


@jobs.kind("test.traced", submittable=True)
async def _work(attempt: jobs.Attempt, payload: Work) -> None:
    if payload.word == "makes another":
        async with attempt.node.database.transaction() as session:
            await jobs.enqueue(session, "test.traced", Work(word="was made"))


@jobs.kind("test.traced.failing", max_attempts=1)
async def _fail(_attempt: jobs.Attempt, payload: Work) -> None:
    raise ValueError(f"no luck with {payload.word}")


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as running:
        yield running


@pytest.fixture
def traced(collector: Collector) -> Iterator[tracing.TracingSettings]:
    """Traces on, each span sent within a few milliseconds."""
    settings = tracing.TracingSettings(endpoint=collector.url, send_every_seconds=0.01)
    tracing.configure(settings, node_name="heron", boot_id="boot_A")
    yield settings
    tracing.close()


@pytest.fixture
async def app(request: pytest.FixtureRequest, traced: None, node: Node) -> FastAPI:
    """The application on a started node, made while traces are on."""
    place = node.settings.data_directory / "workflows"
    place.mkdir(parents=True)
    (place / "bell.py").write_text(request.module.WORKFLOW)
    await node.start()
    return create_app(node)


async def arrived(collector: Collector, *names: str, seconds: float = 30) -> dict[str, Received]:
    """Return the first span of each name once all are there."""
    give_up_at = asyncio.get_running_loop().time() + seconds
    while True:
        found = {name: spans[0] for name in names if (spans := collector.named(name))}
        if len(found) == len(names):
            return found
        if asyncio.get_running_loop().time() > give_up_at:
            pytest.fail(f"of {names} there is only {sorted({span.name for span in collector.spans})}")
        await asyncio.sleep(0.01)


@pytest.mark.covers("W3")
async def test_from_a_delivery_to_the_last_stage_is_one_trace(
    collector: Collector, node: Node, client: httpx.AsyncClient
) -> None:
    house = House(node, client)
    client.headers["traceparent"] = TRACEPARENT
    await house.push(id="one")
    ended = await house.ended()
    assert ended["state"] == "complete", ended
    found = await arrived(
        collector, "POST /api/v1/sources/{source_id}/deliveries", "job delivery.arrived", "job simulation.submit",
        "job simulation.collect", "simulation",
    )  # fmt: skip
    stages = [span for span in collector.spans if span.attributes.get("stormbell.stage") in ("ring", "gathered")]
    assert {span.attributes["stormbell.stage"] for span in stages if span.name.startswith("job ")} == {
        "ring",
        "gathered",
    }
    about = [*found.values(), *stages]
    assert {span.trace_id for span in about} == {TRACE}, [(s.name, s.trace_id) for s in about]
    assert found["POST /api/v1/sources/{source_id}/deliveries"].parent_id == CALLER
    by_id = {span.span_id: span for span in collector.spans}
    for span in about[1:]:
        assert span.parent_id in by_id, f"{span.name} hangs on nothing that was sent"
    submitted = found["job simulation.submit"]
    assert by_id[submitted.parent_id].attributes["stormbell.stage"] == "ring"
    assert found["simulation"].attributes["stormbell.incident_id"] == ended["id"]
    assert found["simulation"].attributes["stormbell.outcome"] == "succeeded"
    assert found["simulation"].seconds > 0
    assert collector.resources[0]["service.name"] == "stormbell"
    assert collector.resources[0]["host.name"] == "heron"


async def test_spans_of_requests_and_jobs(collector: Collector, node: Node, client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/jobs", json={"kind": "test.traced", "payload": {"word": "makes another"}})
    job_id = answer.raise_for_status().json()["id"]
    request = (await arrived(collector, "POST /api/v1/jobs"))["POST /api/v1/jobs"]
    async with asyncio.timeout(20):
        while len(collector.named("job test.traced")) < 2:
            await asyncio.sleep(0.01)
    # The one it makes may have ended before it.
    job, second = sorted(collector.named("job test.traced"), key=lambda span: span.parent_id != request.span_id)
    assert request.parent_id == ""
    assert request.kind == 2
    assert request.attributes["http.response.status_code"] in (200, 201, 202)
    assert request.attributes["http.route"] == "/api/v1/jobs"
    assert request.attributes["stormbell.request_id"] == answer.headers["X-Request-Id"]
    assert (job.trace_id, job.parent_id, job.kind) == (request.trace_id, request.span_id, 5)
    assert job.attributes["stormbell.job_id"] == job_id
    assert job.attributes["stormbell.outcome"] == "succeeded"
    assert (second.trace_id, second.parent_id) == (job.trace_id, job.span_id)
    # What is asked for by nobody's trace begins one; what cannot be read begins one too.
    for odd in ("", "garbage", f"00-{'0' * 32}-{CALLER}-01", f"ff-{TRACE}-{CALLER}-01", f"00-{TRACE}-{CALLER}"):
        collector.spans.clear()
        await client.get("/api/v1/version", headers={"traceparent": odd})
        spans = await arrived(collector, "GET /api/v1/version")
        assert spans["GET /api/v1/version"].parent_id == "", odd
        assert spans["GET /api/v1/version"].trace_id != TRACE, odd
    assert "stormbell_trace_spans_sent_total" in (await client.get("/metrics")).text


async def test_a_trace_that_is_not_to_be_sent_is_not(
    collector: Collector, node: Node, client: httpx.AsyncClient
) -> None:
    await client.post(
        "/api/v1/jobs",
        json={"kind": "test.traced", "payload": {"word": "makes another"}},
        headers={"traceparent": f"00-{TRACE}-{CALLER}-00"},
    )
    async with asyncio.timeout(20):
        while True:
            async with node.database.transaction() as session:
                if (await session.scalar(text("SELECT count(*) FROM finished_jobs WHERE kind = 'test.traced'"))) == 2:
                    break
            await asyncio.sleep(0.01)
    await client.get("/api/v1/version")
    await arrived(collector, "GET /api/v1/version")
    assert TRACE not in {span.trace_id for span in collector.spans}
    assert not collector.named("job test.traced"), "a job of an unsent trace began one of its own"


@pytest.mark.security("S24")
async def test_spans_hold_no_secret(collector: Collector, node: Node, client: httpx.AsyncClient) -> None:
    register_secret(SECRET)
    async with node.database.transaction() as session:
        await jobs.enqueue(session, "test.traced.failing", Work(word=SECRET))
    await client.get(f"/api/v1/jobs/{SECRET}?token={SECRET}", headers={"Authorization": f"Bearer {SECRET}"})
    found = await arrived(collector, "job test.traced.failing", "GET /api/v1/jobs/{job_id}")
    failed = found["job test.traced.failing"]
    assert failed.failed
    assert "no luck with [redacted]" in failed.message
    assert SECRET.encode() not in b"".join(collector.bodies)


async def test_a_collector_that_fails_costs_spans_and_nothing_else(
    collector: Collector, traced: tracing.TracingSettings, node: Node, client: httpx.AsyncClient
) -> None:
    tracer = tracing.tracer
    assert tracer is not None
    collector.status = 400
    assert (await client.get("/api/v1/version")).status_code == 200
    assert await asyncio.to_thread(tracer.line.force_flush)
    assert tracer.line.trouble
    assert tracer.line.lost_count > 0
    collector.status = 200
    assert (await client.get("/api/v1/version")).status_code == 200
    assert await asyncio.to_thread(tracer.line.force_flush)
    assert not tracer.line.trouble
    collector.answers.clear()  # takes what is sent and never answers
    for _ in range(3):
        assert (await client.get("/api/v1/version")).status_code == 200
    clock = asyncio.get_running_loop().time
    began_at = clock()
    await asyncio.to_thread(tracing.close)
    assert clock() - began_at < 4, "the end of a node waits for a collector that hangs"
    assert (await client.get("/api/v1/version")).status_code == 200


def test_a_full_queue_loses_and_counts(collector: Collector) -> None:
    settings = tracing.TracingSettings(endpoint=collector.url, queue_count=512, send_every_seconds=60)
    tracing.configure(settings, node_name="heron", boot_id="boot_A")
    tracer = tracing.tracer
    assert tracer is not None
    collector.answers.clear()
    try:
        for _ in range(3000):
            with tracer.span("one", "internal"):
                pass
        assert tracer.line.lost_count >= 3000 - 512 - 512
        collector.answers.set()
        assert tracer.line.force_flush()
        assert tracer.line.sent_count + tracer.line.lost_count == 3000
        assert len(collector.spans) == tracer.line.sent_count
    finally:
        collector.answers.set()
        tracing.close()


def test_headers_come_from_a_file_and_a_redirect_is_not_followed(collector: Collector, tmp_path: Path) -> None:
    headers = tmp_path / "headers"
    headers.write_text("Authorization: Bearer let-me-in-please\n")
    settings = tracing.TracingSettings(endpoint=collector.url, headers_file=headers)
    tracing.configure(settings, node_name="heron", boot_id="boot_A")
    tracer = tracing.tracer
    assert tracer is not None
    try:
        with tracer.span("one", "internal"):
            pass
        assert tracer.line.force_flush()
    finally:
        tracing.close()
    assert collector.headers[0]["authorization"] == "Bearer let-me-in-please"
    headers.write_text("no colon here")
    with pytest.raises(tracing.TracingUnavailable, match="without a colon"):
        tracing.configure(settings, node_name="heron", boot_id="boot_A")
    assert tracing.tracer is None


def test_without_settings_nothing_is_loaded_or_made() -> None:
    import subprocess
    import sys

    program = (
        "import sys; from app.kernel import tracing; import app.main;"
        "tracing.configure(tracing.TracingSettings(), node_name='n', boot_id='b');"
        "assert tracing.tracer is None and tracing.here() is None;"
        "ours = ('opentelemetry.sdk', 'opentelemetry.exporter', 'requests');"
        "print([name for name in sys.modules if name.startswith(ours)])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_extra_is_named_when_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "app.kernel.tracing_otel", None)
    settings: Any = tracing.TracingSettings(endpoint="http://127.0.0.1:9/v1/traces")
    with pytest.raises(tracing.TracingUnavailable, match=re.escape("stormbell[otel]")):
        tracing.configure(settings, node_name="heron", boot_id="boot_A")

"""What is Docker's own: memory that is not to be had, images that are not there, containers somebody removes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.modules.machines.batch import RunRef, RunRefused
from app.modules.machines.batch._docker_text import read_containers
from tests.conformance.batch_sites import REMOTE, BatchSite, batch_site
from tests.sites import docker_engine as docker
from tests.sites.batch_machines import DockerMachine, docker_machine, logged_in  # noqa: F401

SAID = """\
aaaaaaaaaaaabbbb|m1|exited|137|true|2026-11-23T09:14:48.123456789Z|2026-11-23T09:14:52.1Z|2|0|1795425288.5|0|""
bbbbbbbbbbbbcccc|m2.3|created|0|false|0001-01-01T00:00:00Z|0001-01-01T00:00:00Z|1|5|1795425289.5|3|""
ccccccccccccdddd|m3|created|128|false|0001-01-01T00:00:00Z|0001-01-01T00:00:00Z|1|0|1795425290.5|0|"no|such mount"
not a container
"""


@pytest.fixture
async def site(docker_machine: DockerMachine, tmp_path: Path) -> AsyncIterator[BatchSite]:  # noqa: F811
    """The engine, markers as they are."""
    settings = {**REMOTE, **docker.settings_of(docker_machine.engine)}
    async with (
        logged_in(docker_machine.login) as transport,
        batch_site("docker", settings, tmp_path, transport=transport) as made,
    ):
        yield made


def test_containers_are_read_with_why_they_ended_or_never_began() -> None:
    found = {one.marker: one for one in read_containers(SAID)}
    assert {marker: one.row.state for marker, one in found.items()} == {
        "m1": "failed",
        "m2.3": "queued",
        "m3": "failed",
    }
    first = found["m1"].row
    assert (first.native_id, first.exit_code) == ("aaaaaaaaaaaa", 137)
    assert first.text == "it needed more memory than it asked for"
    assert first.started_at is not None
    assert first.started_at.microsecond == 123456
    assert found["m2.3"].row.started_at is None
    assert found["m3"].row.text == "it could not be started: no|such mount"


async def test_more_memory_than_asked_for_ends_a_run_and_is_said(site: BatchSite) -> None:
    script = "x=$(head -c 200000000 /dev/zero | tr '\\0' x); echo ${#x}"
    status = await site.run("docker-memory", "sh", "-c", script, memory_bytes=32 * 1024**2)
    assert status.state == "failed"
    assert "memory" in (status.text or "")


async def test_an_image_that_cannot_be_had_is_refused_or_told_to_come_later(site: BatchSite) -> None:
    with pytest.raises((RunRefused, ConnectionError)):
        await site.submit("docker-image", "true", image="nowhere.invalid/none:1")
    with pytest.raises(RunRefused, match="no image that Docker could know"):
        await site.submit("docker-image", "true", image="--privileged")


async def test_a_container_somebody_removed_is_in_doubt_and_nothing_runs_twice(
    site: BatchSite,
    docker_machine: DockerMachine,  # noqa: F811
) -> None:
    native_id = await site.submit("docker-gone", "sleep", "60")
    await site.until(["docker-gone"], frozenset({"running"}))
    docker_machine.engine.ask("rm", "--force", native_id)
    (status,) = await site.batch.poll([RunRef("docker-gone", native_id)])
    assert status.state == "unknown"
    assert "no word of its end" in (status.text or "")
    assert await site.submit("docker-gone", "sleep", "60") == native_id
    assert docker_machine.engine.ask("ps", "--all", "--quiet", "--filter", "name=docker-gone") == ""
    await site.batch.forget("docker-gone")

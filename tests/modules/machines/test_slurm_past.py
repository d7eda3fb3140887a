"""What Slurm tells of everybody's jobs, as recorded and as a real one says it."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.modules.machines import KeepsJobs
from app.modules.machines.batch._slurm_past import read_past
from tests.conformance.batch_sites import REMOTE, batch_site
from tests.sites.batch_machines import SlurmMachine, logged_in, slurm_machine  # noqa: F401

# Slurm 22.05.8.
SAID = """1795425300
21|RUNNING|None|2026-11-23T09:00:00|2026-11-23T09:10:00|2026-11-23T10:10:00|8|1:00:00|normal
22_3|PENDING|Resources|2026-11-23T09:05:00|N/A|N/A|4|UNLIMITED|normal
22_4|PENDING|Dependency|2026-11-23T09:05:00|N/A|N/A|4|1-00:00:00|normal
23|COMPLETED|None|2026-11-23T09:01:00|2026-11-23T09:01:02|2026-11-23T09:01:09|1|10:00|urgent
24|PENDING|JobHeldUser|2026-11-23T09:01:00|N/A|N/A|1|10:00|normal
#accounts
21|RUNNING|2026-11-23T09:04:00|2026-11-23T09:10:00|Unknown|8|8|60|normal
22_[3-4]|PENDING|2026-11-23T09:05:00|Unknown|Unknown|0|4|UNLIMITED|normal
24|PENDING|2026-11-23T09:01:00|Unknown|Unknown|0|1|10|normal
11|CANCELLED by 0|2026-11-23T08:00:00|2026-11-23T08:30:00|2026-11-23T08:30:00|0|2|5|normal
12|COMPLETED|2026-11-23T08:00:00|2026-11-23T08:20:00|2026-11-23T08:50:00|2|2|120|normal,urgent
13|RUNNING|2026-11-20T08:00:00|2026-11-20T08:20:00|Unknown|2|2|120|normal
"""


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-23T{clock}").replace(tzinfo=UTC)


def test_the_queue_and_the_accounting_of_slurm_are_one_list_of_jobs() -> None:
    past = read_past(SAID)
    assert past.asked_at == datetime.fromtimestamp(1795425300, UTC)
    found = {job.native_id: job for job in past.jobs}
    assert found.keys() == {"21", "22_3", "23", "11", "12"}, (
        "what may not begin is left out, and what was lost track of"
    )
    assert (found["21"].submitted_at, found["21"].started_at, found["21"].ended_at) == (
        at("09:04:00"), at("09:10:00"), None,
    )  # fmt: skip
    assert (found["22_3"].started_at, found["22_3"].cores, found["22_3"].walltime_seconds) == (None, 4, 31 * 86_400.0)
    assert (found["23"].ended_at, found["23"].partition, found["23"].walltime_seconds) == (
        at("09:01:09"), "urgent", 600.0,
    )  # fmt: skip
    assert (found["11"].started_at, found["11"].ended_at) == (None, at("08:30:00"))
    assert (found["12"].walltime_seconds, found["12"].partition, found["12"].cores) == (7200.0, "normal", 2)
    with pytest.raises(ValueError, match="int"):
        read_past("motd\n")


_SECOND = timedelta(seconds=1)


@pytest.mark.covers("V51")
async def test_a_real_slurm_tells_of_the_jobs_of_anybody(
    slurm_machine: SlurmMachine,  # noqa: F811
    tmp_path: Path,
) -> None:
    cluster, began = slurm_machine.cluster, datetime.now(UTC) - timedelta(minutes=5)

    def batch(*options: str) -> str:
        return str(cluster.ask("sbatch", "--parsable", "--output=/dev/null", *options)).strip()

    runs = batch("--cpus-per-task=2", "--time=5", "--wrap=sleep 100")
    waits = batch("--cpus-per-task=2", "--time=7", "--wrap=true")
    never = batch("--begin=now+1hour", "--wrap=true")
    try:
        async with (
            logged_in(slurm_machine.login) as transport,
            batch_site("slurm", REMOTE, tmp_path, transport=transport) as site,
        ):
            assert isinstance(site.batch, KeepsJobs)
            async with asyncio.timeout(60):
                while True:
                    past = await site.batch.past(began)
                    found = {job.native_id: job for job in past.jobs}
                    started_at = found[runs].started_at if runs in found else None
                    # Slurm tells whole seconds: what is cancelled as it starts looks as if it never had.
                    if started_at is not None and past.asked_at - started_at > _SECOND and never not in found:
                        break
            assert abs((past.asked_at - datetime.now(UTC)).total_seconds()) < 60
            assert (found[runs].cores, found[runs].walltime_seconds, found[runs].partition) == (2, 300.0, "normal")
            assert (found[waits].started_at, found[waits].walltime_seconds) == (None, 420.0)
            await asyncio.to_thread(cluster.ask, "scancel", runs, waits, never)
            async with asyncio.timeout(60):
                while found[runs].ended_at is None or found[waits].ended_at is None:
                    found = {job.native_id: job for job in (await site.batch.past(began)).jobs}
            assert found[runs].started_at is not None
            assert found[waits].started_at is None, "it was taken back while it waited"
    finally:
        await asyncio.to_thread(cluster.ask, "scancel", "--user=root")

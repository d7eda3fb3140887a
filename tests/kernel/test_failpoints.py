"""Failpoints do nothing unless armed, and then exactly once, at the pass they were armed for."""

import asyncio
import signal
import subprocess
import sys
import time
import timeit
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.kernel import failpoints

SOURCE = Path(failpoints.__file__).parents[2]


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    yield
    failpoints.arm("")


def test_raises_at_the_nth_pass_only() -> None:
    failpoints.arm("jobs.flush=raise@3")
    failpoints.reach("jobs.flush")
    failpoints.reach("jobs.claimed")
    failpoints.reach("jobs.flush")
    with pytest.raises(ConnectionError, match=r"jobs\.flush"):
        failpoints.reach("jobs.flush")
    failpoints.reach("jobs.flush")


def test_hangs_for_as_long_as_it_says() -> None:
    failpoints.arm("a=hang:0.05")
    began = time.monotonic()
    failpoints.reach("a")
    assert time.monotonic() - began >= 0.05


@pytest.mark.parametrize(("plan", "said"), [("a=kill@2", "1\n"), ("a=kill:0.05", "1\n2\n")])
def test_kills_its_process(plan: str, said: str) -> None:
    script = """
import asyncio
from app.kernel.failpoints import reach

async def main():
    for number in (1, 2):
        reach("a")
        print(number, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""
    ended = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": str(SOURCE), failpoints.VARIABLE: plan},
        stdout=subprocess.PIPE,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    assert ended.stdout == said


@pytest.mark.parametrize("plan", ["a", "a=explode", "a=kill@0", "a=hang:soon"])
def test_a_plan_that_cannot_be_read_is_refused(plan: str) -> None:
    with pytest.raises(ValueError, match="STORMBELL_FAILPOINTS"):
        failpoints.arm(plan)


async def test_unarmed_costs_next_to_nothing() -> None:
    await asyncio.sleep(0)
    each = min(timeit.repeat(lambda: failpoints.reach("jobs.flush"), number=20_000, repeat=5)) / 20_000
    print(f"{each * 1e9:.0f} ns")
    assert each < 5e-6

"""A loop runs on its floor, sooner when woken, survives what it raises and says so."""

import asyncio
import time
from datetime import timedelta

import asyncpg
import pytest

from app.kernel.bus import Bus
from app.kernel.clock import Clock
from app.kernel.loops import Loop
from app.kernel.watchdog import Watchdog


class Counter:
    def __init__(self, *, fails: int = 0) -> None:
        self.runs = 0
        self.fails = fails
        self.ran = asyncio.Event()

    async def __call__(self) -> float | None:
        self.runs += 1
        self.ran.set()
        if self.runs <= self.fails:
            raise ValueError("no rope")
        return None

    async def until(self, runs: int) -> None:
        async with asyncio.timeout(10):
            while self.runs < runs:
                self.ran.clear()
                await self.ran.wait()


async def test_a_hint_wakes_it_long_before_its_floor() -> None:
    bus, counter = Bus(), Counter()
    loop = Loop("ring", counter, every_seconds=3600, topics=("bells",))
    loop.start(bus, Clock())
    loop.start(bus, Clock())
    await counter.until(1)
    bus.wake("bells")
    await counter.until(2)
    await loop.stop()
    await loop.stop()
    bus.wake("bells")
    await asyncio.sleep(0)
    assert counter.runs == 2
    assert loop.health.state == "stopped"


async def test_what_it_raises_backs_off_shows_and_is_forgotten_once_it_works() -> None:
    counter = Counter(fails=2)
    loop = Loop("ring", counter, every_seconds=3600)
    loop.start(Bus(), Clock())
    await counter.until(1)
    await asyncio.sleep(0)
    trouble = loop.trouble(Clock().now())
    assert trouble is not None
    assert "no rope" in trouble
    await counter.until(3)
    await asyncio.sleep(0)
    assert loop.trouble(Clock().now()) is None
    assert (loop.health.failures, loop.health.consecutive_failures) == (2, 0)
    await loop.stop()


async def test_a_task_it_waits_for_that_is_cancelled_does_not_end_it() -> None:
    counter = Counter()

    async def waits_for_another() -> float | None:
        await counter()
        if counter.runs == 1:
            other = asyncio.ensure_future(asyncio.Event().wait())
            asyncio.get_running_loop().call_soon(other.cancel)
            await other
        return None

    loop = Loop("ring", waits_for_another, every_seconds=3600)
    loop.start(Bus(), Clock())
    await counter.until(2)
    await asyncio.sleep(0)
    assert (loop.health.failures, loop.health.state) == (1, "waiting")
    assert "was cancelled" in (loop.health.last_error or "")
    await loop.stop()


async def test_a_run_that_does_not_come_back_is_trouble() -> None:
    entered, never = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        entered.set()
        await never.wait()

    loop = Loop("hang", hang, overdue_seconds=5)
    loop.start(Bus(), Clock())
    await entered.wait()
    now = Clock().now()
    assert loop.trouble(now) is None
    assert "has not come back" in (loop.trouble(now + timedelta(seconds=6)) or "")
    await loop.stop()


async def test_the_watchdog_names_what_blocked_the_event_loop() -> None:
    told: asyncio.Future[tuple[str | None, float, str]] = asyncio.get_running_loop().create_future()
    watchdog = Watchdog(lambda module, seconds, place: told.done() or told.set_result((module, seconds, place)))
    watchdog._beat -= 60
    watchdog.start()
    assert watchdog.lag_seconds < 30  # what went before its start was no stall
    await asyncio.sleep(0.6)  # one healthy beat first; the stall itself must block, so there is no signal to wait for
    exec(  # a frame whose module is one of the house's
        "import time\ndef block():\n    time.sleep(2.5)\nblock()", {"__name__": "app.modules.bells.loops", "time": time}
    )
    async with asyncio.timeout(10):
        module, seconds, place = await told
    watchdog.stop()
    assert module == "bells"
    assert seconds == pytest.approx(2.5, abs=1.2)
    assert "block" in place


async def test_a_database_that_went_away_is_a_line_and_not_a_trace(capsys: pytest.CaptureFixture[str]) -> None:
    bus, gone = Bus(), Gone()
    loop = Loop("tides", gone, every_seconds=3600)
    loop.start(bus, Clock())
    async with asyncio.timeout(10):
        await gone.met.wait()
    await loop.stop()
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "loop waits for the database" in said
    assert "loop=tides" in said


class Gone:
    def __init__(self) -> None:
        self.met = asyncio.Event()

    async def __call__(self) -> float | None:
        if self.met.is_set():
            return None
        try:
            raise asyncpg.AdminShutdownError("terminating connection due to administrator command")
        except asyncpg.AdminShutdownError as error:
            asyncio.get_running_loop().call_soon(self.met.set)
            raise RuntimeError("no rows") from error

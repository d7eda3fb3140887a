"""One real server for all tests of the command line."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.house import WORKFLOW, Live, Shell, forking, own, push, run_an_incident, running_of, shell_in, wait_for
from tools.live import Server


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server on which one incident ran: deliveries, stages, simulations, data sets, an alarm, a broken workflow."""
    loop = asyncio.new_event_loop()
    allowed = {"STORMBELL_EGRESS_ALLOW": "127.0.0.1"}  # for the services of tests
    server = Server(tmp_path_factory.mktemp("server") / "data", environment=allowed)
    place = server.data / "workflows"
    place.mkdir(parents=True)
    (place / "gauge.py").write_text(WORKFLOW)
    (place / "broken.py").write_text("from stormbell import workflow\n\nworkflow(\n")
    try:
        loop.run_until_complete(server.start())
        made = own(server)
        with made.api:
            run_an_incident(made)
            yield made
    finally:
        if server.process is not None:
            loop.run_until_complete(server.stop())
        loop.close()


@pytest.fixture(scope="session")
def program() -> Iterator[tuple[str, ...]]:
    """The program, already started: a third of a second of CPU a command. ``bare`` has the one that starts."""
    with forking() as made:
        yield made


@pytest.fixture
def shell(live: Live, tmp_path: Path, program: tuple[str, ...]) -> Iterator[Shell]:
    """The shell of the owner, with the token in its environment."""
    owner = {"STORMBELL_URL": live.server.url, "STORMBELL_TOKEN": live.token}
    made = shell_in(tmp_path / "home", owner, program)
    yield made
    made.close()


@pytest.fixture(scope="session")
def program_of_a_server() -> Iterator[tuple[str, ...]]:
    """The same for commands that need no server, and read the whole house instead: two seconds of CPU a command."""
    with forking("app.life") as made:
        yield made


@pytest.fixture
def stranger(tmp_path: Path, program_of_a_server: tuple[str, ...]) -> Iterator[Shell]:
    """The shell of somebody who has not logged in anywhere, and types commands that need no server."""
    made = shell_in(tmp_path / "home", program=program_of_a_server)
    yield made
    made.close()


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Shell]:
    """The shell of somebody who has not logged in anywhere; each command starts Python."""
    made = shell_in(tmp_path / "home")
    yield made
    made.close()


@pytest.fixture
def running(live: Live) -> Iterator[dict[str, str]]:
    """An incident whose two simulations run until it is cancelled."""
    key = f"slow-{os.urandom(4).hex()}"
    push(live, {"id": key, "station": key, "level_m": 1.0, "sleep_seconds": 600})
    one = wait_for(live, lambda: running_of(live, key))
    yield {"incident": one["incident_id"], "simulation": one["id"]}
    live.api.post(f"/incidents/{one['incident_id']}/cancellation", json={})

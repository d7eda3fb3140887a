"""What tests of the command line stand on: a server with an incident that ran, and a shell to type commands in."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tools.live import STORMBELL, Server

T = TypeVar("T")

EMAIL = "olga@example.org"
WAIT_SECONDS = 150  # less than what ends a test that hangs, so that it can say what the server said
WORKFLOW = '''
"""Two runs for each reading, one data set from each, and one that stays until it is told otherwise."""

from pydantic import BaseModel
from stormbell import Arrival, Gathered, Incident, Opening, SimulationRequest, stage, trigger, workflow

print("a definition may print")


class Reading(BaseModel):
    level_m: float
    sleep_seconds: float = 0


@workflow("gauge", title="Water level")
class Gauge:
    @trigger(source="readings")
    def arrives(self, arrival: Arrival) -> Opening:
        body = arrival.body
        return Opening(key=arrival.key, name=f"{body['station']} \\x1b[31mhigh", stage=self.assess,
                       message=Reading(level_m=body["level_m"], sleep_seconds=body.get("sleep_seconds", 0)))

    @stage(sends=("publish",))
    async def assess(self, incident: Incident, message: Reading) -> None:
        script = f"echo line one; sleep {message.sleep_seconds}; echo line two; echo $0 > level.txt"
        incident.simulate(
            [SimulationRequest(name=f"run {n}", command=["sh", "-c", script, str(message.level_m)],
                               outputs=["level.txt"], role="level") for n in (1, 2)],
            then=self.publish, message=Gathered())

    @stage
    async def publish(self, incident: Incident, message: Gathered) -> None:
        incident.headline("runs", str(len(message.succeeded)))
        incident.complete()
'''


@dataclass
class Done:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return the one document on stdout."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Return every line of stdout as a document."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Live:
    """The server, and what happened on it."""

    server: Server
    api: httpx.Client
    token: str
    password: str
    ids: dict[str, str] = field(default_factory=dict)


@dataclass
class Shell:
    """A user's shell: a home of its own and an environment without anything of the test's."""

    home: Path
    environment: dict[str, str]
    program: tuple[str, ...] = (str(STORMBELL),)
    started: "list[subprocess.Popen[str]]" = field(default_factory=list)

    def start(self, *arguments: str, **options: Any) -> "subprocess.Popen[str]":
        """Start a command and return it running."""
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        process = subprocess.Popen(
            [*self.program, *arguments], cwd=self.home, env=self.environment, **{**pipes, **options}
        )
        self.started.append(process)
        return process

    def __call__(self, *arguments: str, stdin: str | None = None, seconds: float = 60) -> Done:
        """Run a command to its end."""
        process = self.start(*arguments, **({"stdin": subprocess.PIPE} if stdin is not None else {}))
        out, err = process.communicate(stdin, timeout=seconds)
        assert "Traceback" not in err, err
        return Done(process.returncode, out, err)

    def having(self, **environment: str) -> "Shell":
        """Return a shell with more in its environment."""
        return Shell(self.home, {**self.environment, **environment}, self.program, self.started)

    def close(self) -> None:
        """End what a failed test left running."""
        for process in self.started:
            if process.returncode is None:
                process.kill()
                process.communicate()


@contextmanager
def forking(*modules: str) -> Iterator[tuple[str, ...]]:
    """Yield the program as one that need not start: each command is forked from a process that has.

    ``modules`` are what the commands import beyond what nearly every command does.
    """
    script = str(Path(__file__).with_name("forking.py"))
    with tempfile.TemporaryDirectory(prefix="stormbell-", dir="/tmp") as directory:  # a socket's path is short
        place = f"{directory}/commands"
        ends = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with subprocess.Popen([sys.executable, script, "serve", place, *modules], **ends) as source:
            assert source.stdout is not None
            assert source.stdout.readline() == b"ready\n"
            yield (sys.executable, "-I", "-S", script, "run", place)


def shell_in(home: Path, environment: Mapping[str, str] = {}, program: tuple[str, ...] = (str(STORMBELL),)) -> Shell:
    """Return a shell whose home is ``home``."""
    home.mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "TMPDIR")}
    return Shell(home, {**kept, "HOME": str(home), **environment}, program)


def own(server: Server) -> Live:
    """Make the owner through the setup link, with a token for the tests."""
    url = f"{server.url}/api/v1"
    password = os.urandom(12).hex()
    owner = {"email": EMAIL, "name": "Olga Owner", "password": password}
    with httpx.Client(base_url=url, headers={"Origin": server.url}, trust_env=False) as browser:
        browser.post("/setup", json={"token": server.setup_token(), **owner}).raise_for_status()
        token = browser.post("/tokens", json={"name": "test"}).raise_for_status().json()["token"]
    api = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=30)
    return Live(server, api, token, password)


def run_an_incident(live: Live) -> None:
    source = {"name": "readings", "driver": "push", "settings": {"key": "/id"}}
    live.ids["source"] = live.api.post("/sources", json=source).raise_for_status().json()["id"]
    push(live, {"id": "r1", "station": "K12", "level_m": 4.1})
    found = wait_for(live, lambda: live.api.get("/incidents?state=complete").json()["items"])
    live.ids["incident"] = incident = found[0]["id"]
    for noun in ("deliveries", "simulations", "datasets", "jobs"):
        items = live.api.get(f"/{noun}").raise_for_status().json()["items"]
        live.ids[noun] = next(item["id"] for item in items if item["incident_id"] == incident)
    live.ids["alarm"] = live.api.get("/alarms").raise_for_status().json()["items"][0]["id"]
    live.ids["machine"] = "local"
    live.ids["node"] = live.api.get("/nodes").raise_for_status().json()["items"][0]["name"]


def wait_for(live: Live, happened: Callable[[], T]) -> T:
    """Ask after each of the server's facts, and of its heartbeats, until the answer is true; return it."""
    give_up_at = time.monotonic() + WAIT_SECONDS
    with live.api.stream("GET", "/events", headers={"Accept": "text/event-stream"}, timeout=60) as stream:
        for line in stream.iter_lines():
            if line.startswith(("data:", ":")) and (answer := happened()):
                return answer
            if time.monotonic() > give_up_at:
                raise AssertionError(f"it did not happen; the server said: {live.server.stderr()[-3000:]}")
    raise AssertionError("the stream ended")


def push(live: Live, reading: dict[str, Any]) -> None:
    """Send a reading."""
    live.api.post(f"/sources/{live.ids['source']}/deliveries", json=reading).raise_for_status()


def incident_of(live: Live, key: str) -> str | None:
    """Return the incident that a reading opened."""
    found = live.api.get(f"/deliveries?item_key={key}").json()["items"]
    return found[0]["incident_id"] if found else None


def running_of(live: Live, key: str) -> dict[str, Any] | None:
    """Return a simulation of that incident which runs."""
    if (incident := incident_of(live, key)) is None:
        return None
    return next(iter(live.api.get(f"/simulations?state=running&incident_id={incident}").json()["items"]), None)

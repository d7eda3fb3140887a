"""Machines that ask: what a person answers, what nobody does, and a connection that then serves everybody."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import Request
from sqlalchemy import func, select, text, update

from app.kernel.alarms import Alarm
from app.kernel.audit import AuditEvent
from app.kernel.node import Node
from app.kernel.principal import Principal
from app.kernel.settings import Settings
from app.main import MODULES, create_app
from app.modules import machines
from app.modules.machines import logins
from app.modules.machines.asking import probe
from app.modules.machines.connections import transports
from app.modules.machines.logging_in import keep_logins
from app.modules.machines.models import MachineLogin
from app.modules.machines.transport import LogsIn
from tests.conftest import settings_for, share_compiled
from tests.sites.asking_server import CODE, PASSWORD, TWO_STEPS, AskingServer, asking_server

pytestmark = pytest.mark.covers("V54")
API = "/api/v1/machines"
EGRESS = {"egress.allow": "127.0.0.0/8"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    # Nothing looks at machines by itself: each look is one of the test's.
    return settings_for(tmp_path / "data", **EGRESS, **{"machines.probe_seconds": 3600})


@pytest.fixture
async def heron() -> AsyncIterator[AskingServer]:
    async with asking_server() as listening:
        yield listening


async def registered(client: httpx.AsyncClient, server: AskingServer, password: str = PASSWORD) -> str:
    """Register a machine with the password in the vault; return its path."""
    kept = {"name": "heron", "kind": "password", "settings": {"user": "ada", "password": password}}
    credential = await client.post("/api/v1/credentials", json=kept)
    assert credential.status_code == 201, credential.text
    wanted = {
        "name": "heron",
        "transport_settings": {"host": "127.0.0.1", "port": server.port},
        "credential_id": credential.json()["id"],
        "host_key": server.host_key,
    }
    made = await client.post(API, json=wanted)
    assert made.status_code == 201, made.text
    return f"{API}/{made.json()['id']}"


async def until(look: Callable[[], Awaitable[Any]], seconds: float = 60) -> Any:
    async with asyncio.timeout(seconds):
        while not (found := await look()):
            await asyncio.sleep(0.02)
    return found


async def in_state(client: httpx.AsyncClient, at: str, login: dict[str, Any], *states: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        found: dict[str, Any] = (await client.get(f"{at}/logins/{login['id']}")).json()
        return found if found["state"] in states else None

    found: dict[str, Any] = await until(look)
    return found


async def started(client: httpx.AsyncClient, at: str) -> dict[str, Any]:
    begun = await client.post(f"{at}/logins")
    assert begun.status_code == 201, begun.text
    login: dict[str, Any] = begun.json()
    return login


async def answered(client: httpx.AsyncClient, at: str, login: dict[str, Any], *answers: str) -> None:
    given = await client.post(
        f"{at}/logins/{login['id']}/answers", json={"round": login["round"], "answers": list(answers)}
    )
    assert given.status_code == 202, given.text


async def logged_in(client: httpx.AsyncClient, at: str) -> dict[str, Any]:
    login = await started(client, at)
    await answered(client, at, login, CODE)
    return await in_state(client, at, login, "connected")


async def probed(node: Node, at: str) -> None:
    async with node.database.sessions() as session:
        machine = await machines.get(session, at.rpartition("/")[2])
    await probe(node, machine)


async def open_alarms(node: Node) -> list[str]:
    async with node.database.sessions() as session:
        keys = await session.scalars(select(Alarm.key).where(Alarm.cleared_at.is_(None)))
    return sorted(key.partition(":")[0] for key in keys)


async def test_the_password_is_known_and_the_code_is_asked(
    running_node: Node, client: httpx.AsyncClient, heron: AskingServer
) -> None:
    at = await registered(client, heron)
    login = await started(client, at)
    assert login["state"] == "asked"
    assert login["prompts"] == [{"text": TWO_STEPS[1][0][0], "echo": False}]
    assert "\x1b" not in login["instructions"]
    assert (login["user_name"], login["place"]) == ("ada", f"127.0.0.1:{heron.port}")
    assert (await started(client, at))["id"] == login["id"]  # nobody is asked twice at a time
    assert (await client.get(at)).json()["login_state"] == "asked"
    odd = [
        ({"round": 1, "answers": []}, 422, "machine_answers_invalid"),
        ({"round": 1, "answers": ["a\nb"]}, 422, "machine_answers_invalid"),
        ({"round": 2, "answers": ["x"]}, 409, "machine_login_not_asked"),
        ({"round": 1, "answers": [CODE], "more": 1}, 422, "request_invalid"),
    ]
    for body, status, code in odd:
        refused = await client.post(f"{at}/logins/{login['id']}/answers", json=body)
        assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
        assert CODE not in refused.text
    await answered(client, at, login, CODE)
    connected = await in_state(client, at, login, "connected")
    assert connected["answered_by"] == "usr_owner"
    assert heron.answered == [[PASSWORD], [CODE]]
    # The one connection serves everybody from now on.
    ran = await client.post(f"{at}/commands", json={"command": ["echo", "in"]})
    assert ran.json()["stdout"] == "in\n", ran.text
    assert (await client.post(f"{at}/probe")).json()["state"] == "answers"
    assert heron.accepted_count == 1
    again = await client.post(f"{at}/logins/{login['id']}/answers", json={"round": 1, "answers": ["x"]})
    assert again.json()["code"] == "machine_login_not_asked"
    assert (await client.get(f"{at}/logins/mlg_none")).json()["code"] == "machine_login_not_found"


async def test_each_question_of_a_round_is_answered_in_its_order(running_node: Node, client: httpx.AsyncClient) -> None:
    rounds = [[("Account: ", True, "ada-22"), ("Password: ", False, PASSWORD), ("Code: ", False, CODE)]]
    async with asking_server([*rounds, [("Again, the next code: ", False, "second")]]) as server:
        at = await registered(client, server)
        login = await started(client, at)
        assert [(one["text"], one["echo"]) for one in login["prompts"]] == [("Account: ", True), ("Code: ", False)]
        await answered(client, at, login, "ada-22", CODE)

        async def second() -> dict[str, Any] | None:
            found: dict[str, Any] = (await client.get(f"{at}/logins/{login['id']}")).json()
            return found if (found["state"], found["round"]) == ("asked", 2) else None

        await answered(client, at, await until(second), "second")
        await in_state(client, at, login, "connected")
        assert server.answered == [["ada-22", PASSWORD, CODE], ["second"]]


async def test_a_wrong_code_is_never_sent_again_and_two_refusals_are_enough(
    running_node: Node, client: httpx.AsyncClient, heron: AskingServer
) -> None:
    at = await registered(client, heron)
    for _ in range(2):
        login = await started(client, at)
        await answered(client, at, login, "999999")
        ended = await in_state(client, at, login, "refused")
        assert "does not let ada in" in ended["text"]
        for _ in range(3):
            await probed(running_node, at)
    assert heron.answered == [[PASSWORD], ["999999"]] * 2
    third = await client.post(f"{at}/logins")
    assert (third.status_code, third.json()["code"]) == (409, "machine_login_too_soon")
    waits = await client.post(f"{at}/probe")
    assert (waits.status_code, waits.json()["code"]) == (409, "machine_waits_for_login")
    assert "stormbell machines answer heron" in waits.json()["detail"]
    assert len(heron.connections) == 2
    assert await open_alarms(running_node) == ["machine.login"]


async def test_a_stored_password_that_is_wrong_is_tried_once_by_all_nodes_together(
    running_node: Node, client: httpx.AsyncClient
) -> None:
    async with asking_server([[("Password: ", False, "another")]]) as server:
        at = await registered(client, server)
        assert (await client.post(f"{at}/probe")).json()["code"] == "machine_login_refused"
        for _ in range(3):
            assert (await client.post(f"{at}/probe")).json()["code"] in (
                "machine_login_refused", "machine_waits_for_login",
            )  # fmt: skip
        async with second_node(running_node) as other:
            await probed(other, at)
        assert server.answered == [[PASSWORD]]
        assert (await client.get(at)).json()["login_state"] == "refused"


async def test_who_needs_the_machine_asks_once_and_says_what_it_waits_for(
    running_node: Node, client: httpx.AsyncClient, heron: AskingServer
) -> None:
    at = await registered(client, heron)
    for _ in range(3):
        await probed(running_node, at)
    (login,) = (await client.get(f"{at}/logins")).json()["items"]
    assert (login["state"], login["started_by"]) == ("asked", None)
    machine = (await client.get(at)).json()
    assert machine["last_error"] == "heron waits for a login: answer it with `stormbell machines answer heron`"
    assert await open_alarms(running_node) == ["machine.login"]
    await _expire(running_node)
    await keep_logins(running_node)
    assert (await in_state(client, at, login, "expired"))["text"] == "nobody answered in time"
    late = await client.post(f"{at}/logins/{login['id']}/answers", json={"round": 1, "answers": [CODE]})
    assert late.json()["code"] == "machine_login_not_asked"

    async def gone() -> bool:
        return all(connection.is_closed() for connection in heron.connections)

    await until(gone)
    for _ in range(3):  # it is not asked again by itself
        await probed(running_node, at)
    assert len((await client.get(f"{at}/logins")).json()["items"]) == 1
    assert len(heron.connections) == 1
    await logged_in(client, at)
    await probed(running_node, at)
    assert (await client.get(at)).json()["state"] == "answers"
    assert await open_alarms(running_node) == []


async def test_a_run_there_waits_for_the_login_and_does_not_fail(
    running_node: Node, client: httpx.AsyncClient, heron: AskingServer
) -> None:
    at = await registered(client, heron)
    assert (await client.patch(at, json={"driver": "slurm"})).status_code == 200
    await probed(running_node, at)
    body = {"name": "waits", "command": ["true"], "machine": "heron", "resources": {"cores": 1}}
    made = await client.post("/api/v1/simulations", json=body)
    assert made.status_code == 201, made.text
    one = (await client.get("/api/v1/simulations?limit=1")).json()["items"][0]["id"]

    async def waits() -> Any:
        found = (await client.get(f"/api/v1/simulations/{one}")).json()
        assert found["state"] == "created"
        return "heron: waits for a login: answer it with" in found["waiting_on"]["text"]

    await until(waits)
    await _expire(running_node)
    await keep_logins(running_node)

    async def is_placed_and_waits() -> Any:
        # As if it had answered a moment ago: then it is placed there, and nobody is logged in any more.
        async with running_node.database.transaction() as session:
            answers = update(machines.Machine).where(machines.Machine.name == "heron")
            await session.execute(answers.values(state="answers", cores=4, last_polled_at=func.now()))
        running_node.bus.wake("machines")
        found = (await client.get(f"/api/v1/simulations/{one}")).json()
        assert found["state"] == "created"
        return "could not be submitted yet: heron waits for a login" in found["waiting_on"]["text"]

    await until(is_placed_and_waits)
    async with running_node.database.sessions() as session:
        query = text("SELECT count(*) FROM jobs WHERE kind = 'simulation.submit' AND failed_count > 0")
        assert (await session.execute(query)).scalar() == 0
    assert heron.answered == [[PASSWORD]]


async def test_a_connection_that_is_lost_is_told_and_asked_for_anew_once(
    running_node: Node, client: httpx.AsyncClient, heron: AskingServer
) -> None:
    at = await registered(client, heron)
    first = await logged_in(client, at)
    await heron.cut()

    async def asked_again() -> dict[str, Any] | None:
        return await _asked_by_itself(running_node, client, at)

    second = await until(asked_again)
    assert second["id"] != first["id"]
    assert (await in_state(client, at, first, "ended"))["text"] == "the connection was lost"
    await answered(client, at, second, CODE)
    await in_state(client, at, second, "connected")


async def test_a_server_that_goes_away_while_it_asks_ends_the_login(
    running_node: Node, client: httpx.AsyncClient, heron: AskingServer
) -> None:
    at = await registered(client, heron)
    login = await started(client, at)
    await heron.cut()
    ended = await in_state(client, at, login, "expired")
    assert "ended the connection" in ended["text"]
    assert (await started(client, at))["id"] != login["id"]


async def test_an_answer_given_at_another_node_reaches_the_one_that_is_connected(
    running_node: Node, client: httpx.AsyncClient, heron: AskingServer, owner: Principal
) -> None:
    at = await registered(client, heron)
    login = await started(client, at)
    async with second_node(running_node) as other:
        app = create_app(other)

        async def as_owner(_request: Request) -> Principal:
            return owner

        other.authenticate = as_owner
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as there:
            await probed(other, at)  # it asks nobody itself: somebody is asked already
            await answered(there, at, login, CODE)
            await in_state(there, at, login, "connected")
            elsewhere = await there.post(f"{at}/probe")
            assert (elsewhere.status_code, elsewhere.json()["code"]) == (503, "machine_elsewhere"), elsewhere.text
            assert running_node.name in elsewhere.json()["detail"]
            assert (await there.get(at)).json()["login_node"] == running_node.name
        assert (await client.post(f"{at}/probe")).json()["state"] == "answers"
        await probed(other, at)
        assert (await client.get(at)).json()["state"] == "answers"
        # Gone without a word, its lease runs out; then another node may ask.
        await _expire(running_node)
        await keep_logins(other)
        assert (await in_state(client, at, login, "ended"))["text"].endswith("is gone")
    # It was not gone after all, and says so.
    await keep_logins(running_node)
    await in_state(client, at, login, "connected")
    assert heron.accepted_count == 1


async def test_a_connection_that_is_lost_while_it_is_kept_is_not_said_to_be_open(
    running_node: Node, client: httpx.AsyncClient, heron: AskingServer
) -> None:
    at = await registered(client, heron)
    login = await logged_in(client, at)
    async with running_node.database.transaction() as session:
        await logins.end(session, login["id"], "ended", "the connection was lost")
        keeping = asyncio.create_task(keep_logins(running_node))

        async def is_waiting() -> Any:
            waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            return (await session.execute(waiting)).scalar()

        async def is_lost() -> bool:
            return all(one.held is None for one in transports(running_node).values() if isinstance(one, LogsIn))

        await until(is_waiting)
        await heron.cut()
        await until(is_lost)
    await keeping
    assert (await client.get(f"{at}/logins/{login['id']}")).json()["state"] == "ended"


async def test_a_node_that_starts_again_ends_what_it_had_open(
    running_node: Node, client: httpx.AsyncClient, heron: AskingServer
) -> None:
    at = await registered(client, heron)
    login = await started(client, at)
    async with running_node.database.transaction() as session:
        await session.execute(update(MachineLogin).values(boot_id="boot_before", node_name="again"))
    async with second_node(running_node, name="again") as again:
        await again.start()
        assert (await in_state(client, at, login, "expired"))["text"] == "the node was started again"


@pytest.mark.security("S7")
async def test_answers_are_sealed_until_they_are_used_and_nowhere_afterwards(
    running_node: Node, client: httpx.AsyncClient, heron: AskingServer, capsys: pytest.CaptureFixture[str]
) -> None:
    at = await registered(client, heron)
    login = await started(client, at)

    async def asked_by_itself() -> dict[str, Any] | None:
        return await _asked_by_itself(running_node, client, at)

    async with running_node.database.transaction() as session:
        machine_id = at.rpartition("/")[2]
        given = await logins.answer(session, running_node.vault, machine_id, login["id"], 1, [CODE], "usr_owner")
        assert given.answers is not None
        assert given.answers.startswith(b"SBV1")
        assert CODE.encode() not in given.answers
    await in_state(client, at, login, "connected")
    await heron.cut()
    login = await until(asked_by_itself)
    await answered(client, at, login, CODE)
    await in_state(client, at, login, "connected")
    async with running_node.database.sessions() as session:
        assert [*(await session.scalars(select(MachineLogin.answers)))] == [None, None]
        deeds = (await session.scalars(select(AuditEvent).order_by(AuditEvent.number))).all()
        tables = (await session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))).all()
        everything = [
            str((await session.execute(text(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t'))).scalar())
            for table in tables
        ]
    by = {deed.action: deed for deed in deeds}
    assert by["machine_login_answer"].actor_id == "usr_owner"
    assert by["machine.login_started"].object_id == machine_id
    assert "c4n4ry" not in "".join(everything)
    output = capsys.readouterr()
    assert "c4n4ry" not in output.out + output.err


async def test_what_is_not_logged_in_to_says_so(running_node: Node, client: httpx.AsyncClient) -> None:
    (local,) = (await client.get(API)).json()["items"]
    refused = await client.post(f"{API}/{local['id']}/logins")
    assert (refused.status_code, refused.json()["code"]) == (422, "machine_login_impossible")
    assert (await client.get(f"{API}/{local['id']}/logins")).json()["items"] == []


async def test_a_machine_that_is_removed_is_not_held_any_longer(
    running_node: Node, client: httpx.AsyncClient, heron: AskingServer
) -> None:
    at = await registered(client, heron)
    await logged_in(client, at)
    assert (await client.delete(at)).status_code == 204
    await keep_logins(running_node)

    async def gone() -> bool:
        return all(connection.is_closed() for connection in heron.connections)

    await until(gone)


async def _asked_by_itself(node: Node, client: httpx.AsyncClient, at: str) -> dict[str, Any] | None:
    await probed(node, at)
    newest: dict[str, Any] = (await client.get(f"{at}/logins")).json()["items"][0]
    return newest if newest["state"] == "asked" else None


class second_node:  # noqa: N801  (a context)
    """Another node on the same database, not started unless the test does."""

    def __init__(self, first: Node, name: str = "second") -> None:
        folder = first.settings.data_directory.parent / name
        given = settings_for(folder, **EGRESS, **{"server.node_name": name, "machines.probe_seconds": 3600})
        self._node = share_compiled(Node(given, MODULES, first.database.engine.url.render_as_string(False)))
        self._first = first

    async def __aenter__(self) -> Node:
        key = self._first.settings.data_directory / "vault.key"
        self._node.settings.data_directory.mkdir(parents=True, exist_ok=True)
        (self._node.settings.data_directory / "vault.key").write_bytes(key.read_bytes())
        (self._node.settings.data_directory / "vault.key").chmod(0o600)
        await self._node.vault.unlock()
        return self._node

    async def __aexit__(self, *_: object) -> None:
        await self._node.stop()


async def _expire(node: Node) -> None:
    async with node.database.transaction() as session:
        await session.execute(update(MachineLogin).values(expires_at=text("now() - interval '1 second'")))

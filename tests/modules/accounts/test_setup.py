"""The first minute: one link, one owner, whoever races."""

import asyncio
import stat
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from people import PASSWORD, Browse, add_user, events_of, log_in, run_sql

from app.kernel.node import Node
from app.kernel.principal import Role
from app.modules import accounts
from app.modules.accounts.errors import SetupDone


def token_of(link: str | None) -> str:
    assert link is not None
    return parse_qs(urlsplit(link).query)["token"][0]


def owner_to_be(token: str, **changes: Any) -> dict[str, Any]:
    return {"token": token, "email": "Ada@Example.org", "name": "Ada", "password": PASSWORD, **changes}


@pytest.mark.security("S13")
async def test_the_link_makes_the_owner_once_and_logs_in(running_node: Node, browse: Browse) -> None:
    client = browse()
    link = await accounts.setup_link(running_node, "http://127.0.0.1:8123")
    file = running_node.settings.data_directory / "setup-link"
    assert link is not None
    assert link.startswith("http://127.0.0.1:8123/setup?token=")
    assert file.read_text() == link + "\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (await client.get("/setup")).json() == {"needed": True}

    made = await client.post("/setup", json=owner_to_be(token_of(link)))

    assert made.status_code == 201
    assert made.json()["user"] | {"id": ""} == {"id": "", "email": "ada@example.org", "name": "Ada", "role": "owner"}
    assert made.json()["scopes"] == ["*"]
    assert (await client.get("/sessions/current")).json() == made.json()
    assert (await client.get("/setup")).json() == {"needed": False}
    assert await accounts.setup_link(running_node) is None
    again = await browse().post("/setup", json=owner_to_be(token_of(link), email="eve@example.org"))
    assert (again.status_code, again.json()["code"]) == (409, "setup_done")
    assert [e.type for e in await events_of(running_node, "account.created", "account.logged_in")] == [
        "account.created",
        "account.logged_in",
    ]


@pytest.mark.security("S13")
async def test_without_the_token_there_is_no_setup(running_node: Node, browse: Browse) -> None:
    await accounts.setup_link(running_node)
    for token in ("", "x", "0" * 43, "\u00e9" * 43):
        refused = await browse().post("/setup", json=owner_to_be(token))
        assert (refused.status_code, refused.json()["code"]) == (403, "setup_token_invalid")
    assert await run_sql(running_node, "SELECT 1 FROM users") == []


@pytest.mark.security("S13")
async def test_an_expired_token_is_refused(running_node: Node, browse: Browse) -> None:
    token = token_of(await accounts.setup_link(running_node))
    await run_sql(running_node, "UPDATE setup_tokens SET expires_at = now()")
    assert (await browse().post("/setup", json=owner_to_be(token))).status_code == 403


@pytest.mark.security("S13", "S28")
async def test_fifty_setups_at_once_make_one_owner(running_node: Node, browse: Browse) -> None:
    tokens = [token_of(await accounts.setup_link(running_node)) for _ in range(2)]
    clients = [browse() for _ in range(50)]
    answers = await asyncio.gather(
        *[
            client.post("/setup", json=owner_to_be(tokens[i % 2], email=f"user{i}@example.org"))
            for i, client in enumerate(clients)
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 49
    assert await run_sql(running_node, "SELECT role FROM users") == [("owner",)]


async def test_programs_race_for_the_owner_too(running_node: Node) -> None:
    async def create(number: int) -> str:
        async with running_node.database.transaction() as session:
            return (await accounts.create_owner(session, f"user{number}@example.org", "User", PASSWORD)).id

    results = await asyncio.gather(*[create(n) for n in range(10)], return_exceptions=True)
    assert sum(isinstance(result, str) for result in results) == 1
    assert sum(isinstance(result, SetupDone) for result in results) == 9


async def test_what_cannot_be_taken_is_said_and_the_link_still_works(running_node: Node, browse: Browse) -> None:
    client, token = browse(), token_of(await accounts.setup_link(running_node))
    cases: list[tuple[dict[str, Any], str]] = [
        ({"password": "abc1234"}, "request_invalid"),
        ({"password": "Password1"}, "password_rejected"),
        ({"password": "ADA@example.org"}, "password_rejected"),
        ({"password": "x" * 257}, "request_invalid"),
        ({"email": "nobody"}, "request_invalid"),
        ({"email": "a\u0000@example.org"}, "request_invalid"),
        ({"name": " "}, "request_invalid"),
        ({"name": "a\nb"}, "request_invalid"),
        ({"role": "owner"}, "request_invalid"),
    ]
    for changes, code in cases:
        refused = await client.post("/setup", json=owner_to_be(token, **changes))
        assert (refused.status_code, refused.json()["code"]) == (422, code)
        assert refused.json()["errors"][0]["pointer"] == f"/body/{next(iter(changes))}"
        assert str(changes.get("password", "\0")) not in refused.text
    unreadable = b'{"token": "%s", "email": "a@b.example", "name": "A", "password": "\\ud800aaaaaaaa"}' % token.encode()
    refused = await client.post("/setup", content=unreadable, headers={"Content-Type": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (400, "request_malformed")
    assert (await client.post("/setup", json=owner_to_be(token))).status_code == 201


@pytest.mark.security("S13")
async def test_a_fresh_house_has_no_account(running_node: Node, browse: Browse) -> None:
    for email, password in [("admin@example.org", "password"), ("owner@localhost", "stormbell"), ("admin", "admin")]:
        assert (await log_in(browse(), email, password)).status_code == 401


async def test_a_link_is_not_written_through_a_symbolic_link(running_node: Node, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    file = running_node.settings.data_directory / "setup-link"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.symlink_to(victim)
    link = await accounts.setup_link(running_node)
    assert victim.read_text() == "mine"
    assert file.read_text() == f"{link}\n"


async def test_a_listener_on_every_address_is_opened_as_localhost(running_node: Node) -> None:
    for address in ("http://0.0.0.0:8000", "http://[::]:8000"):
        link = await accounts.setup_link(running_node, address)
        assert link is not None
        assert link.startswith("http://localhost:8000/setup?")


async def test_the_link_goes_when_it_is_used_and_not_before(running_node: Node, browse: Browse) -> None:
    link = await accounts.setup_link(running_node)
    file = running_node.settings.data_directory / "setup-link"
    (forgetting,) = [loop for loop in running_node.loops if loop.full_name == "accounts.setup"]

    async def runs_again() -> None:
        seen = forgetting.health.runs
        while forgetting.health.runs == seen:
            await asyncio.sleep(0.005)

    running_node.bus.wake_all()  # as when a lost connection to the database is there again
    await runs_again()
    assert file.read_text() == f"{link}\n"

    assert (await browse().post("/setup", json=owner_to_be(token_of(link)))).status_code == 201
    while file.exists():  # the time limit of the test ends it
        await asyncio.sleep(0.005)


async def test_a_left_over_link_goes_at_the_next_start(running_node: Node) -> None:
    await add_user(running_node, role=Role.OWNER)
    file = running_node.settings.data_directory / "setup-link"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("old")
    assert await accounts.setup_link(running_node) is None
    assert not file.exists()

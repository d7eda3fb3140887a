"""Recipes on a real login: kept by content, run once whatever dies, read along, cancelled, checked."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from software_probe import give_modules, registered, until, until_there

from app.kernel.node import Node
from app.kernel.settings import Settings
from app.modules.machines._install_script import install_script
from app.modules.machines.installing import begin, look
from tests.conftest import settings_for
from tests.sites.batch_machines import logged_in
from tests.sites.login_node import LoginNode, login_node
from tests.sites.ssh_server import MISSING, SSHD

pytestmark = pytest.mark.skipif(SSHD is None, reason=MISSING)
RECIPES = "/api/v1/recipes"
TOOL = """
echo "installing $NAME $VERSION"
mkdir -p "$PREFIX/bin"
printf '#!/bin/sh\\necho tool %s of $ODD\\n' "$VERSION" > "$PREFIX/bin/tool"
chmod +x "$PREFIX/bin/tool"
"""
LEASE_SECONDS = 2
POINTS = ["machines.install_begun"]
if os.environ.get("CHAOS_LONG"):
    POINTS += ["machines.install_claimed", "machines.install_seen"]


def end_all_below(folder: Path) -> None:
    """End what recipes left running, if a test did not come to its end."""
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and str((entry / "cwd").readlink()).startswith(str(folder)):
                os.kill(int(entry.name), 9)


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[LoginNode]:
    with login_node(tmp_path / "sshd") as node:
        give_modules(node)
        try:
            yield node
        finally:
            end_all_below(node.folder)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    given = {"egress.allow": "127.0.0.0/8", "machines.install_poll_seconds": 0.1, "jobs.lease_seconds": LEASE_SECONDS}
    return settings_for(tmp_path / "data", **given)


async def made(client: httpx.AsyncClient, script: str, name: str = "tool", **more: Any) -> dict[str, Any]:
    definition = {"script": script, "check_command": "true", **more.pop("definition", {})}
    answer = await client.post(RECIPES, json={"name": name, "version": "2.1", "definition": definition, **more})
    assert answer.status_code == 201, answer.text
    recipe: dict[str, Any] = answer.json()
    return recipe


async def begun(client: httpx.AsyncClient, at: str, name: str = "tool", **more: Any) -> str:
    answer = await client.post(f"{at}/installs", json={"name": name, **more})
    assert answer.status_code == 201, answer.text
    return f"{at}/installs/{answer.json()['id']}"


async def ended(client: httpx.AsyncClient, place: str, state: str) -> dict[str, Any]:
    async def ask() -> Any:
        return (await client.get(place)).json()

    found: dict[str, Any] = await until(ask, lambda one: one["finished_at"] is not None)
    assert found["state"] == state, found
    assert found["waiting_on"] is None
    return found


@pytest.mark.covers("V57")
async def test_a_recipe_is_kept_by_its_content_installed_and_checked(
    running_node: Node, client: httpx.AsyncClient, sshd: LoginNode
) -> None:
    at = await registered(client, sshd)
    about = {"check_command": "tool", "environment": {"ODD": "{{prefix}}"}}
    first = await made(client, TOOL, definition=about)
    same = await made(client, TOOL, definition=about)
    assert (first["id"], first["revision"]) == (same["id"], 1)
    place = await begun(client, at)
    done = await ended(client, place, "succeeded")
    prefix = f"{sshd.folder}/home/.stormbell/software/tool/2.1"
    assert (done["exit_code"], done["error"], done["prefix"]) == (0, None, prefix)
    (tool,) = (await client.get(f"{at}/software")).json()["items"]
    assert (tool["state"], tool["found_by"], tool["recipe_id"]) == ("installed", "recipe", first["id"])
    assert (tool["path"], tool["environment"], tool["text"]) == (
        f"{prefix}/bin",
        {"ODD": prefix},
        f"tool 2.1 of {prefix}",
    )
    log = (await client.get(f"{place}/log")).json()
    assert "installing tool 2.1\n" in log["text"]
    assert log["ended"]
    rest = (await client.get(f"{place}/log", params={"start": log["next_start"]})).json()
    assert (rest["text"], rest["start"]) == ("", log["next_start"])
    assert (await client.post(f"{at}/software/{tool['id']}/check")).json()["state"] == "installed"
    # The very same recipe installs it again only when it is told to; another revision does.
    answers = [
        (await client.post(f"{at}/installs", json={"name": "tool"}), 409, "software_installed"),
        (await client.post(f"{place}/cancel"), 409, "install_ended"),
        (await client.post(f"{at}/installs", json={"name": "tool", "version": "3"}), 404, "recipe_not_found"),
        (await client.get(f"{at}/installs/ins_none"), 404, "install_not_found"),
        (await client.get(f"{RECIPES}/rcp_none"), 404, "recipe_not_found"),
        (
            await client.post(
                RECIPES,
                json={"name": "x", "version": "1", "definition": {"script": "x", "check_command": "{{home}}"}},
            ),
            422,
            "request_invalid",
        ),
    ]
    for answer, status, code in answers:
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    second = await made(client, TOOL + "\nfalse\n", definition=about)
    assert (second["revision"], second["version"]) == (2, "2.1")
    assert [one["id"] for one in (await client.get(RECIPES)).json()["items"]] == [second["id"]]
    failed = await ended(client, await begun(client, at), "failed")
    assert "its script ended with 1" in failed["error"]
    (tool,) = (await client.get(f"{at}/software")).json()["items"]
    assert (tool["state"], tool["text"]) == ("failed", failed["error"])
    listed = (await client.get(f"{at}/installs")).json()["items"]
    assert [one["state"] for one in listed] == ["failed", "succeeded"]
    assert (await client.delete(f"{RECIPES}/{second['id']}")).status_code == 204
    assert (await client.post(f"{at}/installs", json={"name": "tool"})).status_code == 404


async def test_what_a_recipe_needs_is_there_before_and_loaded(
    running_node: Node, client: httpx.AsyncClient, sshd: LoginNode
) -> None:
    at = await registered(client, sshd)
    await made(client, "echo with $LOADEDMODULES", definition={"needs": ["gcc >= 12"], "check_command": "true"})
    missing = await client.post(f"{at}/installs", json={"name": "tool"})
    assert (missing.status_code, missing.json()["code"]) == (409, "software_missing")
    assert "tool 2.1 needs gcc >= 12: heron has no gcc >= 12; if it is there" in missing.json()["detail"]
    give_modules(sshd, "gcc/12.2.0")
    assert (await client.post(f"{at}/software/probe", json={})).json()["new_count"] == 1
    place = await begun(client, at)
    await ended(client, place, "succeeded")
    assert "with gcc/12.2.0\n" in (await client.get(f"{place}/log")).json()["text"]
    (tool,) = (await client.get(f"{at}/software", params={"name": "tool"})).json()["items"]
    assert tool["modules"] == ["gcc/12.2.0"]


@pytest.mark.covers("V57")
async def test_an_install_is_read_along_has_no_second_beside_it_and_is_cancelled_with_all_it_started(
    running_node: Node, client: httpx.AsyncClient, sshd: LoginNode, tmp_path: Path
) -> None:
    at = await registered(client, sshd)
    await made(client, f"echo one; sleep 300 & echo $! >{tmp_path}/child; echo two; wait")
    place = await begun(client, at)

    async def read() -> Any:
        return (await client.get(f"{place}/log")).json()

    log = await until(read, lambda one: "one\ntwo\n" in one["text"])
    assert not log["ended"]
    row = (await client.get(place)).json()
    assert (row["state"], row["waiting_on"]["kind"]) == ("running", "recipe")
    assert "its script runs on" in row["waiting_on"]["text"]
    second = await client.post(f"{at}/installs", json={"name": "tool", "again": True})
    assert (second.status_code, second.json()["code"]) == (409, "software_busy")
    kept = await client.delete(at)
    assert (kept.status_code, kept.json()["code"]) == (409, "machine_in_use")
    assert "1 recipe that runs there" in kept.json()["detail"]
    (tool,) = (await client.get(f"{at}/software")).json()["items"]
    assert tool["state"] == "installing"
    busy = await client.delete(f"{at}/software/{tool['id']}")
    assert (busy.status_code, busy.json()["code"]) == (409, "software_busy")
    asked = (await client.post(f"{place}/cancel")).json()
    assert asked["waiting_on"]["kind"] == "cancellation"
    done = await ended(client, place, "cancelled")
    assert done["error"] == "it was cancelled"
    child = Path(f"/proc/{(tmp_path / 'child').read_text().strip()}/stat")

    async def gone() -> bool:
        return not child.exists() or child.read_text().rpartition(")")[2].split()[0] == "Z"

    await until(gone, bool)
    assert await client.delete(at) is not None


async def test_begun_many_times_at_once_it_runs_once_and_alone(sshd: LoginNode, tmp_path: Path) -> None:
    script = install_script(
        "tool", "1", "~/tool", [], f"echo ran >>{tmp_path}/tally; while [ ! -e {tmp_path}/go ]; do sleep 0.1; done"
    )
    async with logged_in(sshd) as transport:
        said = await asyncio.gather(*[begin(transport, "ins_a", "tool", script, 300) for _ in range(5)])
        assert said == ["begun"] * 5
        assert await begin(transport, "ins_b", "tool", script, 300) == "busy"
        await until_there(tmp_path / "tally")
        assert (await look(transport, "ins_a", 0, cancel=False)).state == "running"
        (tmp_path / "go").touch()

        async def standing() -> Any:
            return (await look(transport, "ins_a", 0, cancel=False)).__dict__

        seen = await until(standing, lambda one: one["state"] == "ended")
        assert (seen["ended_by"], seen["exit_code"], seen["is_whole"]) == ("exit", 0, True)
        assert await begin(transport, "ins_a", "tool", script, 300) == "begun"
        # Cancelled before it came there: it does not begin, however late it arrives.
        assert (await look(transport, "ins_c", 0, cancel=True)).state == "none"
        assert await begin(transport, "ins_c", "tool", script, 300) == "cancelled"
    assert (tmp_path / "tally").read_text() == "ran\n"


async def test_one_that_takes_too_long_or_dies_there_is_told_of(
    running_node: Node, client: httpx.AsyncClient, sshd: LoginNode, tmp_path: Path
) -> None:
    at = await registered(client, sshd)
    await made(client, "sleep 300", definition={"timeout_seconds": 1})
    late = await ended(client, await begun(client, at), "failed")
    assert late["error"] == "it had not ended after 1 s"
    # A machine that went down in the middle: everything of it is gone at once.
    await made(client, f"echo $PPID >{tmp_path}/runner; echo $$ >{tmp_path}/script; sleep 300", name="other")
    place = await begun(client, at, "other")
    await until_there(tmp_path / "script")
    for name in ("runner", "script"):
        pid = int(await asyncio.to_thread((tmp_path / name).read_text))
        os.killpg(os.getpgid(pid), 9)
    dead = await ended(client, place, "failed")
    assert "it ended there without a word" in dead["error"]


@pytest.mark.chaos
@pytest.mark.parametrize("point", POINTS)
async def test_killed_at_any_line_it_is_found_again_and_ran_once(
    node: Node, client: httpx.AsyncClient, sshd: LoginNode, database_url: str, tmp_path: Path, point: str
) -> None:
    at = await registered(client, sshd)
    await made(client, f"echo ran >>{tmp_path}/tally; while [ ! -e {tmp_path}/go ]; do sleep 0.1; done; echo over")
    place = await begun(client, at)
    server = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("machine_node.py")),
        database_url,
        str(tmp_path / "data"),
        env={
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[3] / "src"),
            "STORMBELL_FAILPOINTS": f"{point}=kill",
        },
    )
    try:
        async with asyncio.timeout(90):
            assert await server.wait() == -9
    finally:
        if server.returncode is None:
            server.kill()
            await server.wait()
    (tmp_path / "go").touch()
    authenticate = node.authenticate
    await node.start()
    node.authenticate = authenticate  # a start registers another one
    try:
        await ended(client, place, "succeeded")
        log = (await client.get(f"{place}/log")).json()
        assert log["text"].endswith("over\n")
    finally:
        await node.stop()
    assert (tmp_path / "tally").read_text() == "ran\n"

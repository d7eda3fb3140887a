"""What is installed on machines: asked for as versions, declared, found on a real login, checked, forgotten."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from software_probe import give_modules, registered

from app.kernel.node import Node
from app.kernel.settings import Settings
from app.modules.machines.requirements import is_at_least, requirement_of
from app.modules.machines.software_looking import read_commands, read_modules
from tests.conftest import settings_for
from tests.sites.login_node import LoginNode, login_node
from tests.sites.ssh_server import MISSING, SSHD


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoginNode]:
    if SSHD is None:
        pytest.skip(MISSING)
    with login_node(tmp_path_factory.mktemp("sshd")) as node:
        yield node


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "data", **{"egress.allow": "127.0.0.0/8"})


@pytest.mark.parametrize(
    ("version", "least", "holds"),
    [
        ("11", "11", True),
        ("11.10", "11.9", True),
        ("2.9", "2.10", False),
        ("v2312", "2306", True),
        ("12.2.0-gcc-13", "12.2", True),
        ("2023b", "2023a", True),
        ("2.0rc1", "2.0", False),
        ("1.0", "1.0.0", True),
        ("1.0.1", "1.0", True),
    ],
)
def test_versions_are_compared_number_by_number(version: str, least: str, holds: bool) -> None:
    assert is_at_least(version, least) is holds


def test_what_is_asked_for_is_a_name_and_versions_that_will_do() -> None:
    least = requirement_of(" OpenFOAM >=11")
    assert (str(least), least.is_met_by("11-foss-2023a"), least.is_met_by("10"), least.is_met_by(None)) == (
        "openfoam >= 11", True, False, False,
    )  # fmt: skip
    exact = requirement_of("openfoam==11-foss-2023a")
    assert (exact.is_met_by("11-foss-2023a"), exact.is_met_by("11-intel-2023a")) == (True, False)
    assert requirement_of("openfoam == 11").is_met_by("11-foss-2023a")
    assert requirement_of("openfoam").is_met_by(None)
    for odd in ("", ">= 11", "openfoam >=", "open foam", "openfoam > 11", "-x", "a;b"):
        with pytest.raises(ValueError, match="asks for no software"):
            requirement_of(odd)


def test_lists_of_modules_are_read_as_machines_write_them() -> None:
    lmod = [
        "#there",
        "/opt/modulefiles:",
        "gcc/",
        "gcc/12.2.0",
        "gcc/13.1.0 (D)",
        "bio/samtools/1.20",
        "cmake(default)",
    ]
    tcl = ["-- /opt/other --", "", "PrgEnv-gnu/8.3.3(default)", "gcc/12.2.0", "x" * 300 + "/1", "odd name/1"]
    there, found, omitted = read_modules([*lmod, *tcl])
    assert there
    assert [(one.name, one.version, one.modules[0]) for one in found] == [
        ("gcc", "12.2.0", "gcc/12.2.0"),
        ("gcc", "13.1.0", "gcc/13.1.0"),
        ("samtools", "1.20", "bio/samtools/1.20"),
        ("cmake", None, "cmake"),
        ("prgenv-gnu", "8.3.3", "PrgEnv-gnu/8.3.3"),
    ]
    assert omitted == 2
    assert read_modules(["bash: module: command not found"]) == (False, [], 0)
    (python,) = read_commands(["python3|/usr/bin/python3|Python 3.11.9", "gone||", "noise"])
    assert (python.name, python.version, python.path) == ("python3", "3.11.9", "/usr/bin")


@pytest.mark.covers("V57")
async def test_a_look_finds_modules_and_commands_and_what_is_gone(
    running_node: Node, client: httpx.AsyncClient, sshd: LoginNode
) -> None:
    give_modules(sshd, "gcc/12.2.0", "OpenFOAM/11", said="/opt/modules:\ngcc/12.2.0\nOpenFOAM/11(default)\n")
    at = f"{await registered(client, sshd)}/software"
    found = await client.post(f"{at}/probe", json={"commands": ["sh", "no-such-command"]})
    assert found.status_code == 200, found.text
    assert found.json() == {
        "has_modules": True, "modules_count": 2, "commands_count": 1, "new_count": 3, "gone": [], "omitted_count": 0,
    }  # fmt: skip
    known = (await client.get(at)).json()["items"]
    assert [(one["name"], one["version"], one["modules"], one["found_by"]) for one in known[:2]] == [
        ("gcc", "12.2.0", ["gcc/12.2.0"], "modules"),
        ("openfoam", "11", ["OpenFOAM/11"], "modules"),
    ]
    assert known[2]["name"] == "sh"
    assert known[2]["path"].startswith("/")
    for one in known:
        checked = await client.post(f"{at}/{one['id']}/check")
        assert (checked.status_code, checked.json()["state"]) == (200, "installed"), checked.text
    # What a person says stands, whatever is found.
    own = {"name": "OpenFOAM", "version": "11", "path": "/opt/own/bin"}
    declared = await client.post(at, json=own)
    assert (declared.status_code, declared.json()["id"]) == (201, known[1]["id"]), declared.text
    give_modules(sshd, "openmpi/5")
    again = (await client.post(f"{at}/probe", json={})).json()
    assert (again["new_count"], again["gone"]) == (1, ["gcc 12.2.0"])
    (gcc,) = (await client.get(at, params={"name": "GCC"})).json()["items"]
    assert (gcc["state"], gcc["text"]) == ("gone", "it was not found")
    assert [one["name"] for one in (await client.get(at, params={"state": "installed"})).json()["items"]] == [
        "openfoam", "openmpi", "sh",
    ]  # fmt: skip
    lost = await client.post(f"{at}/{gcc['id']}/check")
    assert (lost.json()["state"], lost.json()["text"]) == ("gone", "the module gcc/12.2.0 is not loaded")


@pytest.mark.covers("V57")
async def test_what_is_declared_is_checked_where_it_is_said_to_be(
    running_node: Node, client: httpx.AsyncClient, sshd: LoginNode, tmp_path: Path
) -> None:
    give_modules(sshd)
    at = f"{await registered(client, sshd)}/software"
    place = tmp_path / "tool's bin"
    tool = {
        "name": "tool",
        "version": "2.1",
        "path": str(place),
        "check_command": "tool",
        "environment": {"ODD": "a'b"},
    }
    made = (await client.post(at, json=tool)).json()
    assert (made["state"], made["found_by"], made["checked_at"]) == ("installed", "declared", None)
    lost = (await client.post(f"{at}/{made['id']}/check")).json()
    assert lost["state"] == "gone"
    assert "tool: command not found" in lost["text"]
    place.mkdir()
    (place / "tool").write_text("#!/bin/sh\necho tool 2.1 with $ODD\n")
    (place / "tool").chmod(0o755)
    found = (await client.post(f"{at}/{made['id']}/check")).json()
    assert (found["state"], found["text"]) == ("installed", "tool 2.1 with a'b")
    plain = (await client.post(at, json={"name": "fortran"})).json()
    answers = [
        (await client.post(f"{at}/{plain['id']}/check"), 409, "software_not_checkable"),
        (await client.post(f"{at}/sft_none/check"), 404, "software_not_found"),
        (await client.post(at, json={"name": "a b"}), 422, "request_invalid"),
        (await client.post(at, json={"name": "a", "path": "relative"}), 422, "request_invalid"),
        (await client.post(at, json={"name": "a", "modules": ["--purge"]}), 422, "request_invalid"),
        (await client.post(f"{at}/probe", json={"commands": ["/bin/sh"]}), 422, "request_invalid"),
    ]
    for answer, status, code in answers:
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert (await client.delete(f"{at}/{made['id']}")).status_code == 204
    assert [one["name"] for one in (await client.get(at)).json()["items"]] == ["fortran"]

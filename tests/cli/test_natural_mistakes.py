"""What people who are new type, and the sentence that sets them right."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer

from app.cli import app, units, verifying
from app.cli.problems import CommandFailed
from tests.cli.house import Live, Shell
from tools.command_docs import leaves


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["logs", "--since", "99999999d"], "longer than a hundred years; write 36500d or less"),
        (["logs", "--since", "yesterday"], "2h for two hours ago"),
        (["audit", "list", "--since", "99999999d"], "longer than a hundred years"),
        (["tokens", "create", "x", "--days", "9999999"], "36500"),
        (["login", "--days", "9999999"], "36500"),
        (["audit", "verify", "--file", "binary"], "it is not text in UTF-8"),
        (["audit", "verify", "--file", "table.csv"], "line 1, is no event"),
        (["audit", "verify", "--file", "empty"], "holds no events"),
        (["audit", "verify", "--file", "nowhere"], "nowhere cannot be read: No such file"),
        (["sources", "add", "x", "--settings", "@binary"], "binary cannot be read: it is not text in UTF-8"),
        (["batches", "add", "bat_x", "wait", "nowhere"], "nowhere cannot be read"),
        (["batches", "add", "bat_x", "wait", "table.csv"], "table.csv, line 1, is not JSON: Expecting value; nothing"),
        (["audit", "export", "--output", "table.csv/below"], "there can be no folder table.csv"),
        (["datasets", "get", "no such name"], "there is no data set named 'no such name'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_slip_is_one_sentence_that_names_the_fix(shell: Shell, arguments: list[str], says: str) -> None:
    (shell.home / "binary").write_bytes(b"\x89PNG\xff")
    (shell.home / "table.csv").write_text("time,level\n1,2\n")
    (shell.home / "empty").write_text("\n")
    done = shell(*arguments)
    assert done.code in (2, 3), done
    assert says in done.err, done


@pytest.mark.parametrize(
    "line", ["[]", "7", "{}", '{"position": "x"}', '{"position": 1, "at": 1}', "[" * 100_000, '{"position": 1']
)
def test_no_line_of_a_file_makes_the_check_of_the_audit_stumble(tmp_path: Path, line: str) -> None:
    file = tmp_path / "audit.ndjson"
    file.write_text(f"\n{line}\n")
    with pytest.raises(CommandFailed, match="line 2, is no event as 'stormbell audit export"):
        list(verifying.of_file(file))


def test_every_option_is_written_in_lower_case() -> None:
    # typer names an option after its metavar where that is the parameter's name in capitals.
    options = {option for _, leaf in leaves(typer.main.get_command(app)) for one in leaf.params for option in one.opts}
    assert "--dataset" in options
    assert [option for option in options if option.startswith("--") and option != option.lower()] == []


def test_spans_go_backwards_or_ahead() -> None:
    now = datetime.now(UTC)
    assert abs(units.moment("2d") - (now - timedelta(days=2))) < timedelta(minutes=1)
    assert abs(units.moment("2d", ahead=True) - (now + timedelta(days=2))) < timedelta(minutes=1)
    for wrong in ("-2h", "1e400d", "36501d", "2H"):
        with pytest.raises(CommandFailed):
            units.moment(wrong)


def test_a_token_ends_no_later_than_the_one_that_makes_it_and_says_so(live: Live, shell: Shell) -> None:
    ends_at = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    short = live.api.post("/tokens", json={"name": "short", "expires_at": ends_at}).raise_for_status().json()
    person = shell.having(STORMBELL_TOKEN=short["token"])
    for further in ((), ("--days", "90")):
        made = person("tokens", "create", "child", *further, "--json")
        assert made.json["expires_at"] == short["expires_at"]
        assert "as your own token is" in made.err
    sooner = person("tokens", "create", "child", "--days", "1", "--json")
    assert (sooner.json["expires_at"] < short["expires_at"], sooner.err) == (True, "")
    assert shell("tokens", "create", "lasting", "--json").json["expires_at"] is None
    body = {"name": "narrow", "scopes": ["token_create"]}
    narrow = live.api.post("/tokens", json=body).raise_for_status().json()["token"]
    assert shell.having(STORMBELL_TOKEN=narrow)("tokens", "create", "x", "--json").json["scopes"] == ["token_create"]


def test_a_token_that_ended_is_named_by_where_it_was_read(live: Live, shell: Shell) -> None:
    made = live.api.post("/tokens", json={"name": "gone"}).raise_for_status().json()
    live.api.delete(f"/tokens/{made['id']}").raise_for_status()
    file = shell.home / "token"
    file.write_text(made["token"])
    del shell.environment["STORMBELL_TOKEN"]
    for done, origin in (
        (shell.having(STORMBELL_TOKEN=made["token"])("whoami"), "STORMBELL_TOKEN"),
        (shell.having(STORMBELL_TOKEN_FILE=str(file))("whoami"), f"{file} (STORMBELL_TOKEN_FILE)"),
        (shell("--token-file", str(file), "jobs", "list"), f"{file} (--token-file)"),
        (shell("login", live.server.url, "--token-file", str(file)), f"{file} (--token-file)"),
    ):
        assert done.code == 4
        assert f"{live.server.url} does not take the API token from {origin} (unauthenticated, request req_" in done.err
        assert "was revoked" in done.err
    assert f"not logged in at {live.server.url}" in shell("whoami").err


def test_a_data_set_may_be_called_by_its_name(live: Live, shell: Shell) -> None:
    name = f"map {os.urandom(4).hex()}*.txt"
    (shell.home / "map").write_text("first")
    first = shell("datasets", "put", "map", "--name", name, "--json").json
    assert shell("datasets", "get", name, "--output", "a/b/").out.startswith(f"a/b/{name}: 5 B")
    assert shell("datasets", "get", first["id"], "--output", "c/d").code == 0
    assert (shell.home / "a" / "b" / name).read_text() == (shell.home / "c" / "d").read_text() == "first"
    assert shell("datasets", "change", name, "--pin", "--json").json["pinned"] is True
    assert shell("datasets", "list", "--search", name.split()[1].removesuffix("*.txt"), "--json").json["items"]
    (shell.home / "map").write_text("second")
    second = shell("datasets", "put", "map", "--name", name, "--follows", name, "--json").json
    done = shell("datasets", "show", name)
    assert done.code == 2
    assert f"2 data sets are named {name!r}: give the id of one: {second['id']} (version 2, 6 B, made" in done.err
    assert first["id"] in done.err
    assert shell("datasets", "rm", second["id"], "--yes").code == 0
    assert shell("datasets", "show", name, "--json").json["id"] == first["id"]
    assert shell("datasets", "restore", name, "--json").json["id"] == second["id"]


def test_the_contract_is_had_from_the_server(live: Live, shell: Shell) -> None:
    assert shell("openapi", "--output", "below/openapi.json").code == 0
    contract = json.loads((shell.home / "below" / "openapi.json").read_text())
    assert "dataset_list" in json.dumps(contract)
    assert "/api/v1/openapi.json" in contract["paths"]


def test_an_empty_workflows_folder_is_in_order(stranger: Shell, tmp_path: Path) -> None:
    (tmp_path / "workflows").mkdir()
    tmp_path.chmod(0o700)
    (found,) = [
        check
        for check in stranger("doctor", "--data", str(tmp_path), "--json").json["checks"]
        if check["name"] == "workflows"
    ]
    assert (found["level"], found["text"]) == ("ok", f"none yet; they go into {tmp_path / 'workflows'}")

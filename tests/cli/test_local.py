"""Commands that need no server, and the start of the program itself."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.house import WORKFLOW, Shell
from tools.live import STORMBELL, free_port

HEAVY = ("fastapi", "sqlalchemy", "pydantic", "httpx", "rich", "stormbell_client", "alembic")
HELP_SECONDS = 0.4


def test_what_help_imports_and_costs(bare: Shell) -> None:
    code = f"import app.cli, sys; print([name for name in {HEAVY} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
    spent = []
    for _ in range(5):  # CPU time: other programs on the machine are not what is measured
        process = subprocess.Popen(
            [str(STORMBELL), "--help"], env=bare.environment, stdout=subprocess.DEVNULL, cwd=bare.home
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        spent.append(usage.ru_utime + usage.ru_stime)
    assert min(spent) <= HELP_SECONDS, spent


def test_a_data_command_imports_no_server(bare: Shell) -> None:
    code = (
        "import sys; sys.argv = ['stormbell', '--url', 'http://127.0.0.1:1', 'incidents', 'list']\n"
        "import app.cli\n"
        "try:\n    app.cli.main()\nexcept SystemExit as end:\n    assert end.code == 7\n"
        "print([name for name in ('fastapi', 'sqlalchemy', 'pydantic', 'alembic') if name in sys.modules])\n"
        "print(len([name for name in sys.modules if name.startswith('stormbell_client.models.')]) < 25)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=bare.environment
    )
    assert said.stdout == "[]\nTrue\n"


def test_version(bare: Shell) -> None:
    assert bare("--version").out.startswith("stormbell ")
    offline = bare.having(STORMBELL_URL=f"http://127.0.0.1:{free_port()}")("version", "--json").json
    assert offline["client"]
    assert (offline["server"], "no server answers" in offline["problem"]) == (None, True)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("stormbell inc", "incidents"),
        ("stormbell incidents wa", "watch"),
        ("stormbell incidents list --wo", "--workflow"),
    ],
)
def test_completion(bare: Shell, words: str, expected: str) -> None:
    asked = bare.having(
        _STORMBELL_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=str(len(words.split(" ")) - 1)
    )
    assert asked().out.split() == [expected]
    for shell in ("bash", "zsh", "fish"):
        assert "_STORMBELL_COMPLETE" in bare("completion", shell).out


def test_workflow_that_loads(bare: Shell, tmp_path: Path) -> None:
    file = tmp_path / "gauge.py"
    file.write_text(WORKFLOW)
    done = bare("workflows", "check", str(file), "--json")
    assert done.code == 0
    (workflow,) = done.json["workflows"]
    assert (workflow["name"], workflow["stages"], workflow["triggers"]) == (
        "gauge",
        ["assess", "publish"],
        ["readings"],
    )
    assert "a definition may print" in done.err
    assert not (tmp_path / "__pycache__").exists()


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("x = (\n", 1, "never closed"),
        ("from stormbell import stage\nimport no_such_module\n", 2, "no_such_module"),
        ("x = 1\n", None, "@workflow is needed"),
        (WORKFLOW.replace("async def publish", "def publish"), None, "must be 'async def'"),
        (WORKFLOW.replace('sends=("publish",)', 'sends=("pubish",)'), None, "is not a stage"),
    ],
)
def test_workflow_with_an_error(stranger: Shell, tmp_path: Path, text: str, line: int | None, message: str) -> None:
    file = tmp_path / "wrong.py"
    file.write_text(text)
    done = stranger("workflows", "check", str(file))
    assert done.code == 1
    assert done.out.startswith(f"{file}:{line}: " if line else f"{file}")
    assert message in done.out
    (problem,) = stranger("workflows", "check", str(tmp_path), "--json").json["problems"]  # a folder of definitions
    assert problem["file"] == str(file)
    assert line in (None, problem["line"])


def checks_of(shell: Shell, *arguments: str) -> tuple[int, dict[str, list[str]]]:
    """Run the doctor; return its exit code and the levels by check."""
    done = shell("doctor", *arguments, "--json")
    levels: dict[str, list[str]] = {}
    for check in done.json["checks"]:
        levels.setdefault(check["name"], []).append(check["level"])
        assert check["fix"] or check["level"] == "ok", check
    return done.code, levels


def test_doctor_without_a_server(bare: Shell, tmp_path: Path) -> None:
    data = tmp_path / "data"
    away = bare.having(STORMBELL_URL=f"http://127.0.0.1:{free_port()}")
    code, levels = checks_of(away, "--data", str(data), "--set", f"server.port={free_port()}")
    assert code == 0
    assert levels["server"] == ["warn"]
    assert {"settings", "disk", "database", "port", "workflows", "drivers"} <= set(levels)
    assert not data.exists()


def test_doctor_finds_what_is_broken(stranger: Shell, tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "workflows").mkdir(parents=True)
    data.chmod(0o755)
    (data / "workflows" / "wrong.py").write_text("x = (\n")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        unreachable = f"database.url=postgresql://nobody@127.0.0.1:{free_port()}/none"
        with_settings = ["--set", f"server.port={port}", "--set", unreachable]
        process = stranger.start("doctor", "--data", str(data), "--json", *with_settings)
        connection = taken.accept()[0]  # it asks whether this is a Stormbell
        connection.close()
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1, err
    for name, level in (("data directory", "warn"), ("workflows", "fail"), ("port", "fail"), ("database", "fail")):
        assert f'"name": "{name}",\n      "level": "{level}"' in out, out
    code, levels = checks_of(stranger.having(STORMBELL_SERVER_PROT="1"), "--data", str(data))
    assert (code, levels["settings"]) == (1, ["fail"])


def test_config_shows_where_values_come_from(stranger: Shell) -> None:
    (stranger.home / "stormbell.toml").write_text("[server]\nport = 9000\n")
    secret = stranger.having(STORMBELL_DATABASE_URL="postgresql://u:hunter2@db/x")
    done = secret("config", "show", "--set", "log_level=debug", "--json")
    rows = {row["name"]: (row["value"], row["origin"]) for row in done.json["items"]}
    assert rows["server.port"] == ("9000", "stormbell.toml")
    assert rows["log_level"] == ("debug", "a flag")
    assert rows["database.url"][1] == "the environment"
    assert "hunter2" not in done.out
    assert "a flag" in secret("config", "show", "--origin", "--set", "log_level=debug").out


def test_migrate_then_serve(bare: Shell, tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    rehearsed = bare("migrate", "--data", data, "--dry-run", "--json").json
    assert (rehearsed["before"], rehearsed["after"]) == (None, None)
    done = bare("migrate", "--data", data, "--json").json
    assert (done["before"], done["after"]) == (None, done["head"])
    assert "the newest" in bare("migrate", "--data", data).out
    serving = bare.start("serve", "--data", data, "--port", "0", "--json")
    assert serving.stdout is not None
    document = ""
    for line in serving.stdout:
        document += line
        if line == "}\n":
            break
    assert '"setup_link": "http://127.0.0.1:' in document
    url = json.loads(document)["url"]
    for command in (["incidents", "list"], ["login", url, "--token-file", "token"]):
        (bare.home / "token").write_text("sb_" + "x" * 43)
        asked = bare.having(STORMBELL_URL=url)(*command)
        assert asked.code == 4
        assert f"{url} has no owner yet (unauthenticated" in asked.err
        assert "setup-link" in asked.err
    assert bare("migrate", "--data", data, "--json").json["before"] == done["head"]  # beside the running server
    serving.send_signal(signal.SIGINT)
    out, err = serving.communicate(timeout=60)
    assert (serving.returncode, out) == (0, ""), err

"""Exit codes and the one sentence of each problem."""

import signal
import socket
from pathlib import Path

import pytest

from tests.cli.house import Live, Shell, shell_in
from tools.live import free_port


@pytest.mark.parametrize(
    "arguments",
    [
        ["incidents", "show", "inc_none"],
        ["incidents", "watch", "inc_none", "--wait"],
        ["sources", "show", "nowhere"],
        ["simulations", "output", "sim_none"],
        ["datasets", "get", "dst_none"],
        ["machines", "cordon", "deep-thought"],
        ["tokens", "revoke", "tok_none", "--yes"],
    ],
    ids=" ".join,
)
def test_not_found_is_3(shell: Shell, arguments: list[str]) -> None:
    done = shell(*arguments, "--json")
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("stormbell: ")
    assert len(done.err.splitlines()) == 1


def test_the_sentence_has_detail_code_and_request(shell: Shell) -> None:
    err = shell("incidents", "show", "inc_none").err
    assert "inc_none" in err
    assert "(incident_not_found, request req_" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-noun"],
        ["incidents", "frobnicate"],
        ["incidents", "list", "--nonsense"],
        ["incidents", "list", "--limit", "many"],
        ["incidents", "list", "--state", "tired"],
        ["incidents", "open", "gauge", "assess", "--message", "{"],
        ["logs", "--since", "yesterday"],
        ["sources", "add", "x", "--setting", "novalue"],
        ["sources", "add", "/", "--json"],  # the server says that this is no name
        ["datasets", "get", "dst_x", "--output", "-", "--json"],
        ["completion", "tcsh"],
        ["--url", "ftp://example.org", "whoami"],
        ["--token-file", "/nowhere", "whoami"],
        ["config", "show", "--set", "server.prot=1"],
        ["workflows", "check", "/nowhere.py"],
        ["incidents", "publish", "inc_none", "brochure"],
    ],
    ids=" ".join,
)
def test_usage_is_2(live: Live, shell: Shell, arguments: list[str]) -> None:
    done = shell(*[live.ids["datasets"] if part == "dst_x" else part for part in arguments])
    assert (done.code, done.out) == (2, "")
    assert done.err


def test_auth_is_4(live: Live, shell: Shell) -> None:
    for token in ("nonsense", "sb_" + "x" * 43):
        done = shell.having(STORMBELL_TOKEN=token)("incidents", "list")
        assert done.code == 4
        assert "stormbell login" in done.err
    del shell.environment["STORMBELL_TOKEN"]
    assert shell("incidents", "list").code == 4


def test_a_token_may_come_from_a_file(live: Live, shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{live.token}\n")
    del shell.environment["STORMBELL_TOKEN"]
    assert shell.having(STORMBELL_TOKEN_FILE=str(file))("whoami").code == 0
    assert shell("--token-file", str(file), "whoami").code == 0


def test_conflict_is_5(live: Live, shell: Shell) -> None:
    assert shell("incidents", "cancel", live.ids["incident"]).code == 5
    assert shell("sources", "add", "readings").code == 5


def test_timeout_is_6(shell: Shell, running: dict[str, str]) -> None:
    done = shell("incidents", "watch", running["incident"], "--wait", "--timeout", "0.5")
    assert (done.code, done.out) == (6, "")
    assert "has not ended within 0.5 s" in done.err


def test_unreachable_is_7(bare: Shell) -> None:
    done = bare.having(STORMBELL_URL=f"http://127.0.0.1:{free_port()}")("incidents", "list", "--json")
    assert (done.code, done.out) == (7, "")
    assert "stormbell serve" in done.err
    with socket.socket() as listener:  # something else answers there
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        process = bare.start("--url", f"http://127.0.0.1:{listener.getsockname()[1]}", "whoami")
        connection = listener.accept()[0]
        connection.recv(4096)
        connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
        connection.close()
        assert process.communicate(timeout=30)[1].startswith("stormbell: no server answers")
        assert process.returncode == 7


def test_another_web_server_is_no_stormbell(bare: Shell) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        process = bare.start("--url", f"http://127.0.0.1:{listener.getsockname()[1]}", "whoami")
        connection = listener.accept()[0]
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>")
        connection.close()
        err = process.communicate(timeout=30)[1]
    assert process.returncode == 1
    assert "is no Stormbell" in err
    assert "Traceback" not in err


def test_interrupt_is_130_and_quiet(shell: Shell, running: dict[str, str]) -> None:
    process = shell.start("incidents", "watch", running["incident"])
    assert process.stdout is not None
    assert process.stdout.readline()  # it is following
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=30)[1] == ""
    assert process.returncode == 130


def test_a_reader_that_leaves_is_no_trouble(shell: Shell) -> None:
    with shell.start("logs", "--all") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 141


def test_the_kept_token_goes_to_its_own_server_only(live: Live, tmp_path: Path) -> None:
    shell = shell_in(tmp_path / "home")
    token = tmp_path / "token"
    token.write_text(live.token)
    assert shell("login", live.server.url, "--token-file", str(token)).code == 0
    assert shell("whoami").code == 0
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        process = shell.start("--url", f"http://127.0.0.1:{listener.getsockname()[1]}", "whoami")
        connection = listener.accept()[0]
        request = connection.recv(65536)
        connection.close()
        process.communicate(timeout=30)
    assert request.startswith(b"GET ")
    assert b"authorization" not in request.lower()

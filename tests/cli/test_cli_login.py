"""Logging in on a terminal, and what a terminal shows."""

import json
import os
import pty
import select
import stat
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.house import EMAIL, Live, Shell
from tools.live import STORMBELL, free_port


class Terminal:
    """A command on a terminal of its own."""

    def __init__(self, shell: Shell, *arguments: str) -> None:
        self._master, slave = pty.openpty()
        self.said = ""
        self.process = subprocess.Popen(
            [str(STORMBELL), *arguments],
            cwd=shell.home,
            env={**shell.environment, "TERM": "xterm", "COLUMNS": "60"},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            preexec_fn=lambda: os.login_tty(slave),
        )
        os.close(slave)

    def until(self, text: str) -> None:
        """Read until it has said ``text``."""
        give_up_at = time.monotonic() + 60
        while text not in self.said:
            ready, _, _ = select.select([self._master], [], [], max(0, give_up_at - time.monotonic()))
            assert ready, self.said
            self.said += self._read()

    def type(self, line: str) -> None:
        """Type a line."""
        os.write(self._master, f"{line}\n".encode())

    def end(self) -> int:
        """Read to the end; return the exit code."""
        while chunk := self._read():
            self.said += chunk
        os.close(self._master)
        return self.process.wait(30)

    def _read(self) -> str:
        try:
            return os.read(self._master, 65536).decode()
        except OSError:  # Linux says EIO when the other side has closed
            return ""


def client_file(shell: Shell) -> Path:
    return shell.home / ".config" / "stormbell" / "client.json"


def test_login_on_a_terminal_and_logout(live: Live, bare: Shell) -> None:
    sessions = len(live.api.get("/sessions").json()["items"])
    terminal = Terminal(bare, "login", live.server.url)
    terminal.until("E-mail: ")
    terminal.type(EMAIL)
    terminal.until("Password: ")
    terminal.type(live.password)
    assert terminal.end() == 0, terminal.said
    assert live.password not in terminal.said
    assert "as Olga Owner (owner)" in terminal.said

    file = client_file(bare)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = json.loads(file.read_text())
    assert kept["url"] == live.server.url
    assert len(live.api.get("/sessions").json()["items"]) == sessions  # the login left no session open
    who = bare("whoami", "--json").json
    assert (who["user"]["email"], who["scopes"]) == (EMAIL, ["*"])
    assert who["expires_at"] is not None

    assert bare("logout", "--json").json == {"url": live.server.url, "revoked": True}
    assert not file.exists()
    assert kept["token_id"] not in [t["id"] for t in live.api.get("/tokens").json()["items"] if t.get("id")]
    assert bare("--url", live.server.url, "whoami").code == 4
    assert bare("logout").out == "Nobody was logged in.\n"


def test_wrong_password_is_4_and_keeps_nothing(live: Live, bare: Shell) -> None:
    terminal = Terminal(bare, "login", live.server.url, "--email", EMAIL)
    terminal.until("Password: ")
    terminal.type("not the password")
    assert terminal.end() == 4
    assert "credentials_invalid" in terminal.said
    assert not client_file(bare).exists()


def test_interrupt_at_the_prompt_is_130(live: Live, bare: Shell) -> None:
    terminal = Terminal(bare, "login", live.server.url)
    terminal.until("E-mail: ")
    terminal.type("\x03")
    assert terminal.end() == 130


def test_login_without_a_terminal_needs_a_token(live: Live, bare: Shell) -> None:
    done = bare("login", live.server.url)
    assert done.code == 2
    assert "--token-file" in done.err
    done = bare("login", live.server.url, "--token-file", "-", "--json", stdin=f"{live.token}\n")
    assert done.json["user"]["email"] == EMAIL
    assert bare("logout", "--json").json["revoked"] is False  # that token was not made by a login
    assert live.api.get("/sessions/current").status_code == 200


@pytest.mark.parametrize("token", ["", "two words", "späh"])
def test_what_is_no_token_is_not_sent(live: Live, bare: Shell, token: str) -> None:
    assert bare("login", live.server.url, "--token-file", "-", stdin=token).code == 2


def test_nothing_secret_goes_over_plain_http(bare: Shell) -> None:
    done = bare("login", "http://stormbell.example.org", "--token-file", "-", stdin="sb_x")
    assert done.code == 2
    assert "TLS" in done.err


def test_logout_forgets_also_when_the_server_is_away(bare: Shell) -> None:
    file = client_file(bare)
    file.parent.mkdir(parents=True)
    url = f"http://127.0.0.1:{free_port()}"
    file.write_text(json.dumps({"url": url, "token": "sb_x", "token_id": "tok_1"}))
    done = bare("logout")
    assert done.code == 7
    assert "tokens revoke tok_1" in done.err
    assert "chmod 600" in done.err  # it was readable by others
    assert not file.exists()


def test_colours_are_for_terminals_whose_user_wants_them(shell: Shell) -> None:
    terminal = Terminal(shell, "alarms", "list", "--gone")
    assert terminal.end() == 0
    assert "\x1b[33mhigh" in terminal.said
    lines = terminal.said.replace("\x1b[33m", "").replace("\x1b[2m", "").replace("\x1b[0m", "").splitlines()
    assert all(len(line) <= 100 for line in lines)
    terminal = Terminal(shell.having(NO_COLOR="1"), "alarms", "list", "--gone")
    assert terminal.end() == 0
    assert "\x1b" not in terminal.said


def test_destruction_is_asked_about_on_a_terminal(live: Live, shell: Shell, running: dict[str, str]) -> None:
    terminal = Terminal(shell, "incidents", "cancel", running["incident"])
    terminal.until("[y/N]: ")
    terminal.type("n")
    assert terminal.end() == 1
    assert live.api.get(f"/incidents/{running['incident']}").json()["state"] == "active"


def test_progress_of_a_download_is_on_stderr(live: Live, shell: Shell) -> None:
    terminal = Terminal(shell, "datasets", "get", live.ids["datasets"], "--output", "here.txt")
    assert terminal.end() == 0
    assert "\u2588" * 24 in terminal.said
    assert (shell.home / "here.txt").read_text() == "4.1\n"

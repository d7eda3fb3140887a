"""``stormbell machines answer`` on a server that asks: on a terminal and through a pipe, never as an argument."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from tests.cli.house import Live, Shell
from tests.cli.test_cli_login import Terminal
from tests.sites.asking_server import CODE, PASSWORD, TWO_STEPS, AskingServer, asking_server

pytestmark = pytest.mark.covers("V54")


@pytest.fixture(scope="module")
def asking() -> Iterator[AskingServer]:
    """A server that asks, in a thread with a loop of its own: a command is waited for in ours."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="asking server")
    thread.start()
    context = asking_server(TWO_STEPS)
    try:
        yield asyncio.run_coroutine_threadsafe(context.__aenter__(), loop).result(60)
    finally:
        asyncio.run_coroutine_threadsafe(context.__aexit__(None, None, None), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def heron(live: Live, shell: Shell, asking: AskingServer) -> Iterator[str]:
    """A machine whose password is in the vault."""
    secret = shell.home / "password"
    secret.write_text(PASSWORD)
    add = ("credentials", "add", "asked", "--kind", "password", "--setting", "user=ada")
    assert shell(*add, "--secret-file", f"password={secret}").code == 0
    added = shell("machines", "add", "asked", f"127.0.0.1:{asking.port}", "--credential", "asked", "--host-key",
                  asking.host_key)  # fmt: skip
    assert added.code == 5, added
    assert "stormbell machines answer asked" in added.err
    yield "asked"
    assert shell("machines", "remove", "asked", "--yes").code == 0
    assert shell("credentials", "remove", "asked", "--yes").code == 0


def test_what_a_machine_asks_is_answered_in_the_shell(shell: Shell, heron: str, asking: AskingServer) -> None:
    none = shell("machines", "answer", heron, stdin="")
    assert (none.code, "One-time password" in none.err) == (2, True), none
    wrong = shell("machines", "answer", heron, stdin="000000\n")
    assert (wrong.code, "does not let ada in" in wrong.err) == (5, True), wrong
    right = shell("machines", "answer", heron, "--json", stdin=f"{CODE}\n")
    assert (right.code, right.json["state"]) == (0, "connected"), right
    assert CODE not in right.out + right.err
    assert asking.answered[-1] == [CODE]
    listed = shell("machines", "logins", heron)
    assert "connected" in listed.out
    assert "refused" in listed.out
    assert shell("machines", "run", heron, "--", "echo", "in").out == "in\n"
    assert shell("machines", "answer", "local").code == 2


def test_on_a_terminal_the_code_is_not_shown(shell: Shell, heron: str) -> None:
    terminal = Terminal(shell, "machines", "answer", heron)
    terminal.until("for `ada': ")  # the space is written once nothing is shown any more
    terminal.type(CODE)
    assert terminal.end() == 0, terminal.said
    assert "is logged in to" in terminal.said
    assert CODE not in terminal.said
    assert "\x1b[31m" not in terminal.said

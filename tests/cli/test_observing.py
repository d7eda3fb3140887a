"""``stormbell observe``: one look, streams of them, the end by Ctrl-C, and why it is refused."""

import contextlib
import itertools
import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import threading
import time
from urllib.parse import urlsplit

import pytest

from tests.cli.house import Live, Shell
from tools.live import STORMBELL


class Way:
    """A way to a server that can be closed: nobody answers there, and whoever was on it is cut off."""

    def __init__(self, server: tuple[str, int]) -> None:
        self._server = server
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._address = self._listening.getsockname()
        self.url = f"http://127.0.0.1:{self._address[1]}"

    def __enter__(self) -> "Way":
        self._serve()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        self._listening = socket.create_server(self._address)
        self._serve()

    def close(self) -> None:
        for one in (self._listening, *itertools.chain.from_iterable(self._pairs)):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._pairs.clear()

    def _serve(self) -> None:
        threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def _accept(self, listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = listening.accept()
                far = socket.create_connection(self._server)
                self._pairs.append((near, far))
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=_pass_on, args=ends, daemon=True).start()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


def observers(live: Live) -> int:
    return len(live.api.get("/observations").json()["items"])


@pytest.mark.covers("J9", "J10")
def test_one_look_for_people_and_programs(live: Live, shell: Shell) -> None:
    document = shell("observe", "--once", "--json").json
    told = live.api.get("/observer/snapshot").json()
    assert document.keys() == told.keys()
    shown = shell("observe", "--once")
    assert shown.code == 0, shown.err
    assert all(word in shown.out for word in ("jobs/s over 10 s", "works on", "queued", "rebalances"))
    assert observers(live) == 0


@pytest.mark.covers("J11")
@pytest.mark.parametrize("mode", ["live", "periodic"])
def test_a_stream_of_looks_until_it_is_interrupted(live: Live, shell: Shell, mode: str) -> None:
    process = shell.start("observe", "--mode", mode, "--period", "1", "--json")
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    assert first["latency_ms"] >= 0
    assert observers(live) == 1
    if mode == "periodic":
        assert json.loads(process.stdout.readline())["at"] > first["at"]
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "")
    assert observers(live) == 0


@pytest.mark.covers("J11")
def test_a_server_that_is_away_for_a_moment_is_looked_at_again(live: Live, shell: Shell) -> None:
    server = urlsplit(live.server.url)
    assert server.hostname is not None
    assert server.port is not None
    with Way((server.hostname, server.port)) as way:
        process = shell.having(STORMBELL_URL=way.url).start("observe", "--mode", "periodic", "--period", "1", "--json")
        assert process.stdout is not None
        assert process.stderr is not None
        first = json.loads(process.stdout.readline())
        way.close()
        assert "trying again" in process.stderr.readline()
        way.open()
        assert json.loads(process.stdout.readline())["at"] > first["at"]
        assert observers(live) == 1  # the same place as before
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 130
    assert observers(live) == 0


@pytest.mark.covers("J11")
def test_by_hand_each_line_is_a_look(live: Live, shell: Shell) -> None:
    done = subprocess.run(
        [STORMBELL, "observe", "--mode", "manual", "--json"],
        input="\n\n",
        env={**shell.environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    looks = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(looks) == 3
    assert observers(live) == 0


@pytest.mark.covers("J9")
def test_beyond_the_maximum_it_says_why(live: Live, shell: Shell) -> None:
    taken = [live.api.post("/observations", json={"mode": "manual"}).json()["id"] for _ in range(20)]
    try:
        refused = shell("observe")
        assert refused.code == 1
        assert "observer.maximum is 20" in refused.err
        assert "stormbell observe --once" in refused.err
        assert shell("observe", "--once").code == 0
    finally:
        for one in taken:
            live.api.delete(f"/observations/{one}")


def test_on_a_terminal_it_draws_and_gives_the_screen_back(live: Live, shell: Shell) -> None:
    main, side = pty.openpty()
    process = subprocess.Popen(
        [STORMBELL, "observe"],
        env={**shell.environment, "TERM": "xterm-256color", "COLUMNS": "150", "LINES": "40"},
        stdin=side,
        stdout=side,
        stderr=side,
        start_new_session=True,
    )
    os.close(side)
    seen = ""
    end = time.monotonic() + 30
    try:
        while "heard" not in seen and time.monotonic() < end:
            seen += _read(main)
        assert "ms old when sent" in seen, seen
        process.send_signal(signal.SIGINT)
        while (more := _read(main)) or process.poll() is None:
            seen += more
            assert time.monotonic() < end
        assert process.wait(30) == 130
        assert re.search(r"\x1b\[\?1049l", seen), "the terminal's own screen is shown again"
        assert observers(live) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(main)


def _read(terminal: int) -> str:
    """Return what is there within a moment; empty at the end, or when there is nothing."""
    if not select.select([terminal], [], [], 0.5)[0]:
        return ""
    try:
        return os.read(terminal, 65536).decode(errors="replace")
    except OSError:  # the other side is closed
        return ""

"""What can be wrong at a start is one clear sentence and an exit code, and Ctrl-C leaves nothing behind."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.live import Server, owner_of

STORMBELL = Path(sys.executable).parent / "stormbell"


async def serve(*arguments: str, **environment: str) -> tuple[int, str]:
    """Run ``stormbell serve`` that should not come up; return its exit code and what it said."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("STORMBELL_")}
    process = await asyncio.create_subprocess_exec(
        str(STORMBELL),
        "serve",
        *arguments,
        env={**inherited, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    assert out == b""
    assert process.returncode is not None
    return process.returncode, err.decode()


def sentence(said: str) -> str:
    """Return the one line that says what is wrong."""
    assert "Traceback" not in said, said
    (line,) = [x for x in said.splitlines() if x.startswith("stormbell: ")]
    return line


async def test_a_taken_port(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        code, said = await serve("--data", str(tmp_path / "d"), "--port", port)
    assert code == 1
    assert f"port {port} on 127.0.0.1 is taken" in sentence(said)
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://localhost/x", "database.url must begin with postgresql://"),
        ("postgresql://u:hunter2@127.0.0.1:1/x", "the database at 127.0.0.1:1 does not answer"),
        ("postgresql://u:hunter2@/x?host=/nowhere", "does not answer"),
    ],
)
async def test_a_wrong_database_url(tmp_path: Path, url: str, words: str) -> None:
    code, said = await serve("--data", str(tmp_path / "d"), "--port", "0", STORMBELL_DATABASE_URL=url)
    assert code in (1, 2)
    assert words in sentence(said)
    assert "hunter2" not in said


async def test_a_data_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "d").write_text("a file")
    for directory, more in ((tmp_path / "d", ()), (tmp_path / "d" / "below", ("--example", "earthquake"))):
        code, said = await serve("--data", str(directory), "--port", "0", *more)
        assert code == 1
        assert f"the data directory {directory} cannot be made" in sentence(said)
        assert "--data" in sentence(said)


async def test_a_data_directory_of_a_newer_postgresql(tmp_path: Path) -> None:
    postgres = tmp_path / "d" / "postgres" / "pgdata"
    postgres.mkdir(parents=True, mode=0o700)
    (postgres / "PG_VERSION").write_text("99\n")
    code, said = await serve("--data", str(tmp_path / "d"), "--port", "0")
    assert code == 1
    assert "99" in sentence(said)


async def test_a_database_of_a_newer_stormbell(tmp_path: Path) -> None:
    server = Server(tmp_path / "d")
    await server.start()
    await server.stop()
    from sqlalchemy import text

    from app.kernel.bus import Bus
    from app.kernel.db import Database
    from app.kernel.postgres import EmbeddedPostgres

    postgres = EmbeddedPostgres(tmp_path / "d" / "postgres")
    database = Database((await postgres.start()).url, Bus())
    async with database.transaction() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    await postgres.stop()
    code, said = await serve("--data", str(tmp_path / "d"), "--port", "0")
    assert code == 1
    assert "the database is at schema revision 9999" in sentence(said)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a small file system")
    place = tmp_path / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)], check=True)
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


async def test_a_full_disk(small_disk: Path) -> None:
    code, said = await serve("--data", str(small_disk / "d"), "--port", "0")
    assert code == 1
    assert "disk" in sentence(said)


async def test_an_unknown_setting_and_an_open_address(tmp_path: Path) -> None:
    code, said = await serve("--data", str(tmp_path / "d"), STORMBELL_SERVER_PROT="1")
    assert (code, "did you mean STORMBELL_SERVER_PORT" in sentence(said)) == (2, True)
    code, said = await serve("--data", str(tmp_path / "d"), "--host", "0.0.0.0", "--port", "0")
    assert (code, "server.insecure=true" in sentence(said)) == (2, True)


async def test_ctrl_c_ends_everything_and_a_second_server_shares_the_database(tmp_path: Path) -> None:
    first = Server(tmp_path / "d")
    await first.start()
    second = Server(tmp_path / "d")
    async with owner_of(first):
        await second.start()
        postmaster = second.postgres_pid()
    assert await second.stop() == 0
    os.kill(postmaster, 0)
    assert await first.stop() == 0
    with pytest.raises(ProcessLookupError):
        os.kill(postmaster, 0)
    assert "Traceback" not in first.stderr()


async def test_the_example_leaves_no_process_behind(tmp_path: Path) -> None:
    server = Server(tmp_path / "d", "--example", "earthquake")
    await server.start()
    children = descendants(server.pid)
    assert any("replay.py" in command for command in children.values())
    assert await server.stop() == 0
    left = {pid: command for pid, command in children.items() if (Path("/proc") / str(pid)).exists()}
    assert left == {}


def descendants(pid: int) -> dict[int, str]:
    found: dict[int, str] = {}
    for task in (Path("/proc") / str(pid) / "task").iterdir():
        with contextlib.suppress(OSError):
            for child in map(int, (task / "children").read_text().split()):
                found[child] = (Path("/proc") / str(child) / "cmdline").read_text().replace("\0", " ")
                found |= descendants(child)
    return found

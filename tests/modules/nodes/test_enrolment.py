"""A node's credential: a file of its own, a login of its own, ended by name; its secret is nowhere else."""

import os
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from app.modules import nodes
from tests.conftest import TestServer
from tests.modules.nodes.conftest import Database

STORMBELL = Path(sys.executable).parent / "stormbell"


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> "Run":
    return Run(database_url, tmp_path)


class Run:
    """``stormbell nodes`` in a process of its own, with settings of the test's database."""

    def __init__(self, url: str, place: Path) -> None:
        self.place = place
        self.url = url.replace("postgresql+asyncpg", "postgresql")
        self.admin = place / "admin-url"
        self.admin.write_text(self.url.replace("stormbell@", "postgres@") + "\n")

    def __call__(self, *arguments: str, **environment: str) -> tuple[int, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("STORMBELL_")}
        done = subprocess.run(
            [str(STORMBELL), "nodes", *arguments, "--data", str(self.place / "data")],
            env={**clean, "STORMBELL_DATABASE_URL": self.url, **environment},
            capture_output=True,
            text=True,
            timeout=60,
            cwd=self.place,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.mark.covers("J12")
@pytest.mark.security("S26")
async def test_a_login_of_its_own_that_can_be_ended(run: Run, server: TestServer, database: Database) -> None:
    name = f"heron{os.getpid()}"
    file = run.place / "heron.toml"
    enroll = ("enroll", str(file), "--name", name, "--address", "db.example.org:6432", "--roles", "worker")
    with pytest.raises(nodes.EnrolmentRefused, match="--admin-url-file"):  # its own login may not give its role away
        await nodes.enroll(file, name, url=run.url, address="db")
    assert not file.exists()

    code, said = run(*enroll, "--admin-url-file", str(run.admin))
    assert code == 0, said
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    written = tomllib.loads(file.read_text())
    assert written["server"] == {"node_name": name, "roles": "worker"}
    url = urlsplit(written["database"]["url"])
    assert (url.username, url.hostname, url.port) == (f"node_{name}", "db.example.org", 6432)
    assert url.password is not None
    assert len(url.password) >= 40
    assert url.password not in said
    # The server keeps only a verifier of it, and no file of ours has it.
    kept = await _kept(server, f"node_{name}")
    assert kept.startswith("SCRAM-SHA-256$")
    assert _passes(kept, url.password)
    assert not [p for p in (run.place / "data").rglob("*") if p.is_file() and url.password.encode() in p.read_bytes()]

    admin_url = run.admin.read_text().strip()
    with pytest.raises(nodes.EnrolmentRefused, match="never overwritten"):
        await nodes.enroll(file, name, url=run.url, address="db", admin_url=admin_url)
    with pytest.raises(nodes.EnrolmentRefused, match="nodes revoke"):
        await nodes.enroll(run.place / "other.toml", name, url=run.url, address="db", admin_url=admin_url)
    assert not (run.place / "other.toml").exists()

    query = urlsplit(run.url).query
    login = await asyncpg.connect(f"postgresql://node_{name}@{urlsplit(run.url).path}?{query}")
    try:
        # It works as the house's own role, so what it makes belongs to all.
        assert await login.fetchval("SELECT current_user") == "stormbell"
        await login.execute("CREATE TABLE made_by_node (id int)")
        assert await login.fetchval("SELECT tableowner FROM pg_tables WHERE tablename = 'made_by_node'") == "stormbell"
        code, said = run("revoke", name, "--admin-url-file", str(run.admin), "--dry-run")
        assert code == 0
        assert "Would end" in said
        assert await login.fetchval("SELECT true")
        code, said = run("revoke", name, "--admin-url-file", str(run.admin))
        assert code == 0, said
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
            await login.fetchval("SELECT 1")
    finally:
        login.terminate()
    with pytest.raises(asyncpg.PostgresError):
        await asyncpg.connect(f"postgresql://node_{name}@{urlsplit(run.url).path}?{query}")
    with pytest.raises(nodes.EnrolmentRefused, match="no node"):
        await nodes.revoke(name, url=run.url, admin_url=admin_url)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--name", "heron"), "--address HOST:PORT"),
        (("--name", "He ron", "--address", "db"), "no name for a login"),
    ],
)
def test_what_cannot_work_says_what_to_do(run: Run, arguments: tuple[str, ...], words: str) -> None:
    code, said = run("enroll", str(run.place / "x.toml"), *arguments)
    assert code == 1
    assert words in said
    assert "Traceback" not in said
    assert not (run.place / "x.toml").exists()


def test_an_embedded_database_is_of_one_machine(tmp_path: Path) -> None:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("STORMBELL_")}
    command = [str(STORMBELL), "nodes", "enroll", "x.toml", "--name", "heron", "--data", str(tmp_path / "data")]
    done = subprocess.run(command, env=clean, capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert done.returncode == 1
    assert "external-postgresql.md" in done.stderr
    assert not (tmp_path / "x.toml").exists()


async def _kept(server: TestServer, login: str) -> str:
    connection = await asyncpg.connect(server.url.replace("+asyncpg", ""), user="postgres")
    try:
        return str(await connection.fetchval("SELECT rolpassword FROM pg_authid WHERE rolname = $1", login))
    finally:
        await connection.close()


def _passes(verifier: str, password: str) -> bool:
    """Check a password as a server does that never saw it (RFC 5802)."""
    import base64
    import hashlib
    import hmac

    _, rounds_salt, keys = verifier.split("$")
    rounds, salt = rounds_salt.split(":")
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), int(rounds))
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    return base64.b64encode(stored).decode() == keys.split(":")[0]

"""Real servers of storages on loopback: SeaweedFS and rclone for S3, rclone and WsgiDAV for WebDAV."""

import hashlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from app.modules.credentials import S3Keys
from app.modules.data.storage._s3_parts import signed_headers

BIN = Path(sys.executable).parent
ACCESS_KEY, SECRET_KEY = "stormbell-test", "a-secret-of-no-worth"
USER, PASSWORD = "ada", "a password: of no worth"
BUCKET = "bucket"
_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Server:
    """One that runs, over a directory of this machine where it has one."""

    url: str
    directory: Path


def free_ports(count: int) -> list[int]:
    """Return ports nobody has now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@contextmanager
def seaweed(directory: Path) -> Iterator[Server]:
    """SeaweedFS with one bucket."""
    master, volume, filer, s3, *grpc = free_ports(8)
    config = directory / "s3.json"
    keys = [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}]
    actions = ["Admin", "Read", "Write", "List", "Tagging"]
    config.write_text(json.dumps({"identities": [{"name": "test", "credentials": keys, "actions": actions}]}))
    command = [
        *(str(BIN / "weed"), "-alsologtostderr=false", "server", "-s3", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"),
        *(f"-dir={directory}", f"-master.port={master}", f"-volume.port={volume}", f"-filer.port={filer}"),
        *(f"-master.port.grpc={grpc[0]}", f"-volume.port.grpc={grpc[1]}", f"-filer.port.grpc={grpc[2]}"),
        *(f"-s3.port={s3}", f"-s3.port.grpc={grpc[3]}", f"-s3.config={config}"),
        *("-master.volumeSizeLimitMB=64", "-volume.max=20", "-master.volumePreallocate=false", "-s3.iam=false"),
        *("-s3.port.iceberg=0", "-s3.port.lance=0"),  # else one port for all that run here
    ]
    with _running(command, s3, directory / "log"):
        url = f"http://127.0.0.1:{s3}"
        _make_bucket(f"{url}/{BUCKET}")
        yield Server(url, directory)


@contextmanager
def rclone(protocol: str, directory: Path) -> Iterator[Server]:
    """Have rclone serve a directory as ``s3`` or ``webdav``."""
    [port] = free_ports(1)
    root = directory / "root"
    (root / BUCKET).mkdir(parents=True)
    login = {
        "s3": ("--auth-key", f"{ACCESS_KEY},{SECRET_KEY}"),
        "webdav": ("--user", USER, "--pass", PASSWORD),
    }[protocol]
    command = [str(BIN / "rclone"), "serve", protocol, str(root), "--addr", f"127.0.0.1:{port}", *login]
    command += ["--config", "/dev/null", "--dir-cache-time", "0s", "--poll-interval", "0"]
    with _running(command, port, directory / "log"):
        yield Server(f"http://127.0.0.1:{port}", root)


@contextmanager
def wsgidav(directory: Path) -> Iterator[Server]:
    """WsgiDAV over a directory, for anybody."""
    [port] = free_ports(1)
    root = directory / "root"
    root.mkdir()
    command = [str(BIN / "wsgidav"), "--host=127.0.0.1", f"--port={port}", f"--root={root}", "--auth=anonymous"]
    with _running([*command, "--no-config"], port, directory / "log"):
        yield Server(f"http://127.0.0.1:{port}", root)


def _make_bucket(url: str) -> None:
    keys = S3Keys(ACCESS_KEY, SECRET_KEY)
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        headers = signed_headers("PUT", url, hashlib.sha256(b"").hexdigest(), keys, "us-east-1", datetime.now(UTC))
        answer = httpx.put(url, headers=headers)
        if answer.status_code == 200:
            return
        if time.monotonic() > until:
            raise RuntimeError(f"no bucket: {answer.status_code} {answer.text[:300]}")
        time.sleep(0.05)


@contextmanager
def _running(command: Sequence[str], port: int, log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, cwd=log.parent)
    try:
        until = time.monotonic() + _PATIENCE_SECONDS
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{command[0]} does not start: {log.read_text(errors='replace')[-2000:]}")
            process.poll()
            time.sleep(0.02)
        yield
    finally:
        process.kill()  # nothing in it is wanted again, and SeaweedFS takes ten seconds to stop
        process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex(("127.0.0.1", port)) == 0

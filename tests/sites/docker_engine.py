"""A real Docker engine on a socket of its own, without a bridge and without a rule in the firewall. Needs root.

Its one image is empty but for links: what runs use is this host's, mounted and not to be changed. No registry is asked.
"""

import io
import itertools
import os
import shutil
import subprocess
import tarfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_PATH = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/sbin:/bin"
IMAGE = "stormbell/host:1"
_NUMBERS = itertools.count(1)
_LINKS = {"bin": "usr/bin", "sbin": "usr/sbin", "lib": "usr/lib", "lib64": "usr/lib64"}


def missing() -> str | None:
    """Say why there can be none here."""
    if os.geteuid() != 0:
        return "a Docker engine is started as root only"
    absent = [name for name in ("dockerd", "docker") if shutil.which(name, path=_PATH) is None]
    return f"{', '.join(absent)} not installed (python -m tools.sites)" if absent else None


@dataclass
class DockerEngine:
    """One that runs."""

    socket: Path
    process: "subprocess.Popen[bytes]"

    @property
    def host(self) -> str:
        """Return what DOCKER_HOST is for it."""
        return f"unix://{self.socket}"

    def ask(self, *command: str, content: bytes | None = None) -> str:
        """Return what a docker command prints."""
        done = subprocess.run(
            ["docker", *command],
            env={"PATH": _PATH, "DOCKER_HOST": self.host, "HOME": str(self.socket.parent)},
            input=content,
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"docker {command}: {done.stderr.decode()}"
        return done.stdout.decode()

    def answers(self, *, yes: bool) -> None:
        """Have its commands find it, or nothing; what runs in it goes on."""
        hidden = self.socket.with_suffix(".hidden")
        source, target = (hidden, self.socket) if yes else (self.socket, hidden)
        if source.exists():
            source.rename(target)


def settings_of(engine: DockerEngine, *mounts: str, cores: int = 2) -> dict[str, object]:
    """Return a machine's settings that use it, with what of this host its runs see."""
    seen = ["/usr", "/etc", *mounts]
    return {"host": engine.host, "image": IMAGE, "network": "none", "mounts": seen, "cores": cores}


@contextmanager
def docker_engine(folder: Path) -> Iterator[DockerEngine]:
    """Run one until left."""
    folder.mkdir(parents=True)
    # A socket's path has few characters, and more than one engine may run for one process.
    socket = Path(f"/tmp/stormbell-docker-{os.getpid()}-{next(_NUMBERS)}.sock")
    command = [
        "dockerd",
        f"--host=unix://{socket}",
        f"--data-root={folder / 'data'}",
        f"--exec-root={folder / 'exec'}",
        f"--pidfile={folder / 'docker.pid'}",
        *("--iptables=false", "--ip6tables=false", "--bridge=none"),
        f"--storage-driver={'overlay2' if 'overlay' in Path('/proc/filesystems').read_text() else 'vfs'}",
    ]
    with ExitStack() as left:
        left.callback(_unmount, folder / "exec")
        with (folder / "dockerd.log").open("wb") as log:
            environment = {"PATH": _PATH, "HOME": str(folder)}
            process = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
            )
        left.callback(_stop, process, socket)
        engine = DockerEngine(socket, process)
        _until_it_answers(engine, folder)
        engine.ask("import", "-", IMAGE, content=_image())
        left.callback(_end_runs, engine)
        yield engine


def _until_it_answers(engine: DockerEngine, folder: Path) -> None:
    deadline = time.monotonic() + 40
    while True:
        with suppress(AssertionError):
            engine.ask("info")
            return
        said = (folder / "dockerd.log").read_text(errors="replace")[-1500:]
        assert engine.process.poll() is None, said
        assert time.monotonic() < deadline, said
        time.sleep(0.05)


def _image() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, target in _LINKS.items():
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, target
            archive.addfile(link)
        for name in ("usr", "etc", "tmp", "proc", "sys", "dev"):
            folder = tarfile.TarInfo(name)
            folder.type, folder.mode = tarfile.DIRTYPE, 0o1777 if name == "tmp" else 0o755
            archive.addfile(folder)
    return packed.getvalue()


def _end_runs(engine: DockerEngine) -> None:
    engine.answers(yes=True)
    found: Sequence[str] = engine.ask("ps", "--all", "--quiet").split()
    if found:
        engine.ask("rm", "--force", *found)


def _stop(process: "subprocess.Popen[bytes]", socket: Path) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)
    for one in (socket, socket.with_suffix(".hidden")):
        one.unlink(missing_ok=True)


def _unmount(folder: Path) -> None:
    for line in Path("/proc/mounts").read_text().splitlines():
        place = line.split(" ")[1]
        if place.startswith(f"{folder}/"):
            subprocess.run(["umount", place], check=False, capture_output=True, timeout=20)

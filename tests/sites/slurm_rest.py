"""A real slurmrestd on loopback, beside a cluster of the tests; tokens are Slurm's own (JWT)."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.sites.slurm_cluster import SlurmCluster, free_ports, listens, start, stop, until

_PLUGINS = ("auth_jwt.so", "rest_auth_jwt.so")


def missing() -> str | None:
    """Say why there can be none here."""
    has_plugins = any(
        all((folder / name).exists() for name in _PLUGINS) for folder in Path("/usr/lib").glob("*/slurm*")
    )
    if shutil.which("slurmrestd", path="/usr/sbin:/usr/bin:/usr/local/sbin") is None or not has_plugins:
        return "slurmrestd and its plugin for tokens not installed (python -m tools.sites)"
    return None


def conf(folder: Path) -> str:
    """Return what a cluster's configuration says so that it accepts tokens."""
    folder.mkdir(parents=True, exist_ok=True)
    key = folder / "jwt.key"
    key.write_bytes(os.urandom(32))
    key.chmod(0o600)
    return f"AuthAltTypes=auth/jwt\nAuthAltParameters=jwt_key={key}\n"


@contextmanager
def slurmrestd(cluster: SlurmCluster) -> Iterator[str]:
    """Serve until left; yield the address."""
    (port,) = free_ports(1)
    environment = {
        "SLURM_CONF": cluster.environment["SLURM_CONF"],
        "SLURM_JWT": "daemon",
        # It is started by root here, which it would not be elsewhere.
        "SLURMRESTD_SECURITY": "disable_user_check,disable_unshare_sysv,disable_unshare_files",
    }
    process = start(cluster.folder, "slurmrestd", ["-a", "rest_auth/jwt", f"127.0.0.1:{port}"], environment)
    try:
        until(lambda: listens(port), "slurmrestd does not listen", cluster.folder)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop([process])

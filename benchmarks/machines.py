"""Files and commands over the kept SSH connection, on a real OpenSSH server of this machine, beside scp and ssh; Slurm.

Both sides use AES-128-GCM and are measured in turns. A stage in is to appear whole: ours also syncs and renames.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from app.modules.machines.transport.ssh import Settings, Transport
from benchmarks import machines_slurm
from benchmarks.report import Row, median_row, percentile, publish
from tests.sites.login_node import LoginNode, login_node
from tests.sites.machine_login import settings_of, surroundings_of
from tests.sites.slurm_cluster import missing

RATIO = 0.85
MEBIBYTE = 1024**2


async def seconds_of(act: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await act()
    return time.perf_counter() - began


async def files(node: LoginNode, folder: Path, size: int, rounds: int) -> list[Row]:
    """Send and fetch one file, ours and scp in turns."""
    here, there, back = folder / "here", folder / "there", folder / "back"
    here.write_bytes(os.urandom(size))
    (folder / "known").write_text(f"[127.0.0.1]:{node.port} {node.host_key}\n")
    scp = [
        "scp",
        "-F",
        "none",
        "-q",
        "-P",
        str(node.port),
        "-i",
        str(node.folder / "key"),
        "-c",
        "aes128-gcm@openssh.com",
    ]
    scp += ["-o", f"UserKnownHostsFile={folder / 'known'}", "-o", "BatchMode=yes"]
    far = f"{node.user}@127.0.0.1:{there}"

    def copied(source: str, target: str) -> Callable[[], Awaitable[object]]:
        return lambda: asyncio.to_thread(subprocess.run, [*scp, source, target], check=True)

    transport = Transport(Settings.model_validate(settings_of(node)), surroundings_of(node))
    await transport.run(["true"])
    rates: dict[str, list[float]] = {"in": [], "out": [], "scp in": [], "scp out": []}
    for _ in range(rounds):
        for name, act in (
            ("in", lambda: transport.put(here, str(there))),
            ("scp in", copied(str(here), far)),
            ("out", lambda: transport.get(str(there), back)),
            ("scp out", copied(far, str(back))),
        ):
            rates[name].append(size / MEBIBYTE / await seconds_of(act))
            assert back.stat().st_size == size if name.endswith("out") else there.stat().st_size == size
    await transport.close()
    return [
        median_row(
            f"stage {way}",
            "MiB/s",
            rates[way],
            better="higher",
            target=RATIO,
            target_is_ratio=True,
            other=round(sorted(rates[f"scp {way}"])[rounds // 2], 1),
            other_name="scp",
        )
        for way in ("in", "out")
    ]


async def commands(node: LoginNode, count: int) -> list[Row]:
    """Run short commands one after another, and six at a time."""
    transport = Transport(Settings.model_validate(settings_of(node)), surroundings_of(node))
    connecting = await seconds_of(lambda: transport.run(["true"]))
    taken = [await seconds_of(lambda: transport.run(["true"])) for _ in range(count)]
    together = await seconds_of(lambda: asyncio.gather(*[transport.run(["true"]) for _ in range(count)]))
    await transport.close()
    return [
        median_row("command on the kept connection", "ms", [one * 1000 for one in taken]),
        Row("command on the kept connection, p99", "ms", round(percentile(taken, 0.99) * 1000, 2)),
        Row("first command, connecting", "ms", round(connecting * 1000, 1)),
        Row("commands a second, as many at once as channels", "1/s", round(count / together), better="higher"),
    ]


async def measured(size: int, rounds: int, count: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder, login_node(Path(folder) / "sshd") as node:
        return [*await files(node, Path(folder), size, rounds), *await commands(node, count)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller files, about half a minute")
    parser.add_argument("--part", choices=("files", "slurm"), action="append", help="only these; default: both")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    parts = chosen.part or ["files", "slurm"]
    rows: list[Row] = []
    if "files" in parts:
        size, rounds, count = (64 * MEBIBYTE, 3, 100) if chosen.quick else (512 * MEBIBYTE, 5, 1000)
        rows += asyncio.run(measured(size, rounds, count))
    if "slurm" in parts:
        if (why := missing()) is not None:
            print(f"left out: {why}", file=sys.stderr)
        else:
            rows += asyncio.run(machines_slurm.measured(machines_slurm.QUICK if chosen.quick else machines_slurm.FULL))
    return publish("machines", rows, as_json=chosen.json)


if __name__ == "__main__":
    sys.exit(main())

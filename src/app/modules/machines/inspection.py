"""What is on a machine: one command asks, and what it prints is read here. The commands and their readings are pure."""

import re
import time
from collections.abc import Mapping

from app.kernel.node import Node
from app.modules.machines.batch import Load
from app.modules.machines.connections import transport_of
from app.modules.machines.models import Machine
from app.modules.machines.run_callbacks import calls_back, why_unreached
from app.modules.machines.schemas import MachineReport, Partition
from app.modules.machines.transport import CutShort, Transport

_BATCH = {"sbatch": "slurm", "qsub": "pbs", "bsub": "lsf", "docker": "docker", "apptainer": "apptainer"}
_SECONDS = 30.0
_BANNER = "#section "
# Not print: mawk writes more than 2 GiB as 2.1e+09.
_MEMORY = """awk '/^MemTotal:/ {printf "%.0f\\n", $2 * 1024}' /proc/meminfo"""

LOOK: tuple[str, ...] = (
    "/bin/sh",
    "-c",
    """
section() { printf '\\n#section %s\\n' "$1"; }
section system; uname -n; uname -s; uname -r; id -un; printf '%s\\n' "$HOME"
section cores; getconf _NPROCESSORS_ONLN
section memory; """
    + _MEMORY
    + """
section found; for one in """
    + " ".join(_BATCH)
    + """; do command -v "$one" >/dev/null 2>&1 && printf '%s\\n' "$one"; done
if command -v sinfo >/dev/null 2>&1; then
section slurm_version; sinfo --version
section slurm_partitions; sinfo --noheader --exact --format '%P|%a|%l|%D|%c|%m'
section slurm_settings; scontrol show config | grep -E '^(AccountingStorageType|MinJobAge|MaxArraySize|MaxJobCount) '
fi
""",
)
LOAD: tuple[str, ...] = (
    "/bin/sh",
    "-c",
    f"getconf _NPROCESSORS_ONLN; {_MEMORY}; cut -d' ' -f1 /proc/loadavg",
)


async def look(node: Node, machine: Machine) -> MachineReport:
    """Ask a machine what it is. Raises OSError, TimeoutError, Problem."""
    transport = await transport_of(node, machine)
    await transport.run(["true"], timeout_seconds=_SECONDS)  # the connection is made by it
    began = time.monotonic()
    await transport.run(["true"], timeout_seconds=_SECONDS)
    latency = time.monotonic() - began
    done = await transport.run(LOOK, timeout_seconds=_SECONDS)
    report = read_report(done.stdout.decode(errors="replace"), latency, _address(transport))
    if calls_back(machine):
        why = await why_unreached(node, machine, transport)
        report.callbacks_reach_us = why is None
        if why is not None:
            report.remarks.append(f"Its runs cannot tell when they begin and end: {why}.")
    return report


async def ask_load(node: Node, machine: Machine) -> Load:
    """Ask a machine without a batch system how busy it is. Raises OSError, TimeoutError, Problem."""
    transport = await transport_of(node, machine)
    done = await transport.run(LOAD, timeout_seconds=_SECONDS)
    return read_load(done.stdout.decode(errors="replace"))


def read_load(text: str) -> Load:
    """Read what LOAD prints. Raises CutShort when it is something else."""
    lines = text.split()
    try:
        cores, memory, busy = int(lines[0]), int(float(lines[1])), float(lines[2])
    except (ValueError, IndexError) as error:
        raise CutShort(f"it said {text[:200]!r} when asked how busy it is") from error
    used = min(cores, round(busy))
    return Load(cores=cores, memory_bytes=memory, cores_used=used, queued_count=0, running_count=0)


def read_report(text: str, latency_seconds: float, address: str | None) -> MachineReport:
    """Read what LOOK prints. Raises CutShort when it is something else."""
    sections = _sections(text)
    system = sections.get("system", "").splitlines()
    if len(system) != 5 or not sections.get("cores", "").isdigit():
        raise CutShort(f"it said {text[:200]!r} when asked what it is")
    found = [_BATCH[one] for one in sections.get("found", "").split() if one in _BATCH]
    report = MachineReport(
        host=system[0],
        system=f"{system[1]} {system[2]}",
        user=system[3],
        home=system[4],
        cores=int(sections["cores"]),
        memory_bytes=_number(sections.get("memory", "")),
        batch_systems=found,
        address=address,
        latency_seconds=round(latency_seconds, 4),
    )
    if "slurm" in found:
        _add_slurm(report, sections)
    if not found:
        report.remarks.append("No batch system was found: what runs there runs on the login node itself.")
    return report


def _add_slurm(report: MachineReport, sections: Mapping[str, str]) -> None:
    report.batch_version = sections.get("slurm_version", "").removeprefix("slurm ").removeprefix("slurm-wlm ") or None
    report.partitions = [one for line in sections.get("slurm_partitions", "").splitlines() if (one := _partition(line))]
    said = dict(re.findall(r"^(\w+)\s*=\s*(.*?)\s*$", sections.get("slurm_settings", ""), re.MULTILINE))
    if kind := said.get("AccountingStorageType"):
        # Since 23.02 "(null)" stands for none.
        report.accounting = kind not in ("accounting_storage/none", "(null)")
        if not report.accounting:
            report.remarks.append("It keeps no accounting: how a run ended is known only as long as it is remembered.")
    if age := _number(said.get("MinJobAge", "").removesuffix(" sec")):
        report.job_age_seconds = age
        if age < 60:
            report.remarks.append(f"It forgets ended runs after {age} s (MinJobAge): ask it at least that often.")
    if not report.partitions:
        report.remarks.append("Its controller did not answer, or this account sees no partition.")


def _partition(line: str) -> Partition | None:
    parts = line.split("|")
    if len(parts) != 6:
        return None
    name, state, limit, nodes, cores, memory = (part.strip() for part in parts)
    megabytes = _number(memory)
    return Partition(
        name=name.removesuffix("*"),
        is_default=name.endswith("*"),
        state=state,
        node_count=_number(nodes),
        cores_per_node=_number(cores),
        memory_bytes_per_node=megabytes * 1024**2 if megabytes is not None else None,
        walltime_seconds=walltime_seconds(limit),
    )


def walltime_seconds(text: str) -> int | None:
    """Read Slurm's ``days-hours:minutes:seconds``, of which the first parts may be missing; ``None`` for no limit."""
    found = re.fullmatch(r"(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)", text)
    if found is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _sections(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in f"\n{text}".split(f"\n{_BANNER}")[1:]:
        name, _, body = part.partition("\n")
        found[name.strip()] = body.strip()
    return found


def _number(text: str) -> int | None:
    digits = re.match(r"\d+", text)
    return int(digits[0]) if digits else None


def _address(transport: Transport) -> str | None:
    place = getattr(getattr(transport, "link", None), "place", None)
    return place.text if place is not None else None

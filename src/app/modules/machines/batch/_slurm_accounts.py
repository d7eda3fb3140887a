"""What Slurm's accounting says that ended jobs used, and the reservations there are. Pure."""

import re
from collections.abc import Iterator

from app.modules.machines.batch import Usage
from app.modules.machines.batch._slurm_text import PLAIN, instant, members
from app.modules.machines.queue_view import QueueReservation

# With the steps of each job: memory is known of steps alone.
USAGE = (
    "/bin/sh",
    "-c",
    f'{PLAIN}exec sacct --noheader --parsable2 --duplicates --jobs="$0" --format=JobID,TotalCPU,MaxRSS,JobName',
)
RESERVATIONS = ("/bin/sh", "-c", f"{PLAIN}exec scontrol show reservation --oneliner")
_CLOCK = re.compile(r"(?:(?:(\d+)-)?(\d+):)?(\d+):(\d+(?:\.\d+)?)")
_BYTES = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}


def read_usage(said: str) -> Iterator[tuple[str, Usage]]:
    """Read what USAGE prints, by marker; of a job whose steps have not been taken down yet nothing is told.

    Of the runs of one id that was given twice, or requeued, the last is told last.
    """
    found: list[tuple[str, str, float, int]] = []  # id, marker, seconds, bytes
    for line in said.splitlines():
        parts = line.split("|", 3)
        if len(parts) != 4:
            continue
        job, spent, memory, name = parts
        base, dot, _ = job.partition(".")
        if not dot:
            for native, member in members(base):
                marker = name if member is None else f"{name}.{member}"
                found.append((native, marker, _seconds(spent), 0))
        elif found and found[-1][0] == base:
            native, marker, seconds, largest = found[-1]
            found[-1] = (native, marker, seconds, max(largest, _size(memory)))
    for _, marker, seconds, largest in found:
        if largest > 0:
            yield marker, Usage(cpu_seconds=seconds, max_rss_bytes=largest, source="accounting")


def read_reservations(said: str) -> list[QueueReservation]:
    """Read what ``scontrol show reservation --oneliner`` prints."""
    found = []
    for line in said.splitlines():
        told = dict(re.findall(r"(\w+)=(\S*)", line))
        if (name := told.get("ReservationName")) is None:
            continue
        cores = told.get("CoreCnt", "")
        found.append(
            QueueReservation(
                name=name,
                state=told.get("State", ""),
                starts_at=instant(told.get("StartTime", "")),
                ends_at=instant(told.get("EndTime", "")),
                partition=_named(told.get("PartitionName")),
                nodes=_named(told.get("Nodes")),
                cores=int(cores) if cores.isdigit() else None,
            )
        )
    return found


def _named(said: str | None) -> str | None:
    return None if said in (None, "", "(null)") else said


def _seconds(said: str) -> float:
    """Read ``[[days-]hours:]minutes:seconds``."""
    clock = _CLOCK.fullmatch(said)
    if clock is None:
        return 0.0
    days, hours, minutes = (int(one or 0) for one in clock.groups()[:3])
    return ((days * 24 + hours) * 60 + minutes) * 60 + float(clock[4])


def _size(said: str) -> int:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([KMGT]?)", said)
    return int(float(found[1]) * _BYTES[found[2]]) if found else 0

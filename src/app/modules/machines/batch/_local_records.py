"""What a local run's directory says about the run. Everything here blocks and is called in threads.

``work/`` is where the run works; ``run.json`` says it was submitted, ``started.json`` that a runner took it (created
by link, so by one only), ``cancel`` that it is not wanted any more, ``receipt.json`` how it ended.
"""

import json
import os
import signal
import time
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.modules.machines.batch import BatchRun, NativeStatus, Output, Receipt, RunState, Usage
from app.modules.machines.batch._verdict import is_hopeless

RUN_VARIABLE = "SB_RUN"  # in the environment of every process of a run, so that they can be found


def write_once(path: Path, document: dict[str, Any]) -> bool:
    """Create a JSON file with its whole content or not at all; say whether it was this call that did."""
    part = path.with_name(f"{path.name}.part-{os.getpid()}-{os.urandom(4).hex()}")
    with part.open("w") as file:
        json.dump(document, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)
    except FileExistsError:
        return False
    finally:
        part.unlink()
    return True


def write_run(directory: Path, run: BatchRun, submitted_ns: int) -> bool:
    """Record that the run was submitted; false when it had been before."""
    document = {**asdict(run), "environment": dict(run.environment), "submitted_ns": submitted_ns}
    return write_once(directory / "run.json", document)


def member_of(run: BatchRun, number: int) -> BatchRun:
    """Return one member of an array as a run of its own."""
    environment = {**run.environment, "STORMBELL_MEMBER": str(number)}
    return replace(run, marker=f"{run.marker}.{number}", array=None, environment=environment)


def prepare_member(runs: Path, marker: str, number: int) -> None:
    """Make a member's directories, with links to what was prepared for the array."""
    for name in ("work", "tmp"):
        (runs / f"{marker}.{number}" / name).mkdir(parents=True, exist_ok=True, mode=0o750)
    for file in (runs / marker / "work").iterdir():
        with suppress(FileExistsError):
            (runs / f"{marker}.{number}" / "work" / file.name).symlink_to(file)


def write_array(directory: Path, count: int) -> None:
    """Record that all members of an array were submitted."""
    write_once(directory / "array.json", {"count": count})


def array_of(directory: Path) -> int:
    """Return how many members an array has, 0 for what is none."""
    document = read(directory / "array.json")
    return int(document["count"]) if document else 0


def is_submitted(directory: Path) -> bool:
    """Say whether a run or a whole array was."""
    return (directory / "run.json").exists() or (directory / "array.json").exists()


def write_refusal(directory: Path, error: str) -> None:
    """Record that the host would not start the run's processes."""
    now = time.time()
    nothing: dict[str, Any] = {"exit_code": None, "signal": None, "cpu_seconds": 0.0, "max_rss_bytes": 0, "outputs": []}
    times = {"started_at": now, "finished_at": now, "outputs_omitted": 0}
    write_once(directory / "receipt.json", {"ended_by": "start_failed", "error": error, **nothing, **times})


def read(path: Path) -> dict[str, Any] | None:
    """Return a JSON object, ``None`` when there is none or it is not whole."""
    try:
        document = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return document if isinstance(document, dict) else None


def run_of(document: dict[str, Any]) -> BatchRun:
    """Return the run a ``run.json`` describes."""
    return BatchRun(**{name: value for name, value in document.items() if name != "submitted_ns"})


def living_runner(directory: Path) -> int | None:
    """Return the pid of the run's runner if that very process still lives: same start time, same boot."""
    return _living(read(directory / "started.json"))


def _living(started: dict[str, Any] | None) -> int | None:
    if started is None or started["boot"] != boot_id():
        return None
    return started["pid"] if start_ticks(started["pid"]) == started["start_ticks"] else None


def boot_id() -> str | None:
    """Return the identity of this boot of the kernel, ``None`` where there is none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None


def start_ticks(pid: int) -> int | None:
    """Return when a process started, in clock ticks since boot (proc(5), field 22); ``None`` for none or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return None
    return None if fields[0] in (b"Z", b"X") else int(fields[19])


def receipt_of(directory: Path) -> Receipt | None:
    """Return the run's receipt, ``None`` when there is none or it is not whole."""
    document = read(directory / "receipt.json")
    if document is None:
        return None
    return Receipt(
        exit_code=document["exit_code"],
        signal=document["signal"],
        ended_by=document["ended_by"],
        error=document["error"],
        started_at=datetime.fromtimestamp(document["started_at"], UTC),
        finished_at=datetime.fromtimestamp(document["finished_at"], UTC),
        usage=Usage(cpu_seconds=document["cpu_seconds"], max_rss_bytes=document["max_rss_bytes"]),
        outputs=tuple(Output(**output) for output in document["outputs"]),
        outputs_omitted=document["outputs_omitted"],
    )


def status_of(directory: Path) -> NativeStatus:
    """Return how a run stands that nobody watches. ``unknown`` never comes from here: a directory is evidence."""
    run = read(directory / "run.json")
    cancelled = (directory / "cancel").exists()
    # Each file is read once and the receipt last: a run may start, or write its receipt and end, while this looks.
    started = read(directory / "started.json")
    living = _living(started) is not None
    receipt = receipt_of(directory)
    if receipt is not None:
        return _ended(directory.name, receipt, run or {}, cancelled=cancelled)
    if run is None:
        return _bare(directory.name, "absent", "lost", "it was never submitted here")
    if living:
        return _bare(directory.name, "running", "running", None)
    if started is not None:
        why = "it vanished without a receipt: killed, or the host went down"
        return _bare(directory.name, "vanished", "cancelled" if cancelled else "lost", why)
    if cancelled:
        return _bare(directory.name, "removed", "cancelled", None)
    return _bare(directory.name, "queued", "queued", None)


def kill_leftovers(marker: str) -> int:
    """Kill every process that carries the run's mark in its environment, see them gone, and return how many there were.

    For runs whose runner was killed itself: its command dies with it, what that had started may not.
    """
    killed: set[int] = set()
    until = time.monotonic() + 5  # one in an uninterruptible read cannot be killed before it returns
    while (living := _marked(marker)) and time.monotonic() < until:
        for pid in living:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        killed.update(living)
        time.sleep(0.005)
    return len(killed)


def _marked(marker: str) -> list[int]:
    mark = f"{RUN_VARIABLE}={marker}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with suppress(OSError):  # ended meanwhile, or not ours; a zombie has no environment
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return found


def _bare(marker: str, native_state: str, state: RunState, text: str | None) -> NativeStatus:
    return NativeStatus(marker=marker, native_id=marker, native_state=native_state, state=state, text=text)


def _ended(marker: str, receipt: Receipt, run: dict[str, Any], *, cancelled: bool) -> NativeStatus:
    state, text = _judge(receipt, run, cancelled=cancelled)
    return NativeStatus(
        marker=marker,
        native_id=marker,
        native_state=receipt.ended_by,
        state=state,
        text=text,
        exit_code=receipt.exit_code,
        started_at=receipt.started_at,
        finished_at=receipt.finished_at,
        usage=receipt.usage,
        interrupted=state == "lost",
        hopeless=state == "failed" and is_hopeless(receipt),
    )


def _judge(receipt: Receipt, run: dict[str, Any], *, cancelled: bool) -> tuple[RunState, str | None]:
    if receipt.ended_by == "terminated":
        return ("cancelled", None) if cancelled else ("lost", "it was stopped together with the server")
    if receipt.ended_by == "walltime":
        return "timed_out", f"it ran longer than its {run.get('walltime_seconds', 0):g} s"
    if receipt.ended_by == "start_failed":
        return "failed", f"the command could not be started: {receipt.error}"
    if receipt.signal is not None:
        name = signal.Signals(receipt.signal).name if receipt.signal in set(signal.Signals) else f"{receipt.signal}"
        why = {
            "SIGXCPU": "it used more processor time than it may",
            "SIGXFSZ": "it wrote a larger file than it may",
            "SIGKILL": "somebody or the kernel, for want of memory, killed it",
        }
        return "failed", f"ended by {name}" + (f": {why[name]}" if name in why else "")
    if receipt.exit_code == 0:
        return "succeeded", None
    return "failed", f"exit code {receipt.exit_code}"

"""What a run's directory on a machine says: its receipt, who claimed it, whether it was cancelled. Reading is pure."""

import re
import signal
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from app.modules.machines.batch import Output, Receipt, Usage

# Markers come one a line on standard input; what the files say cannot be taken for what this says itself. A
# member of an array was submitted, and may be cancelled, with all of it. A thousand may end between two looks, so
# hardly a process is started for one.
LOOK = r"""
cd -- "$1" || exit 96
while IFS= read -r run; do
  printf '#run %s\n' "$run"
  all=${run%.*}
  [ -s "$all/submitted" ] && IFS= read -r line <"$all/submitted" && printf 'submitted %.300s\n' "$line"
  [ -e "$all/attempted" ] && echo attempted
  [ -L "$run/claim" ] && printf 'claim %s\n' "$(readlink "$run/claim")"
  { [ -e "$run/cancel" ] || [ -e "$all/cancel" ]; } && echo cancel
  [ -e "$run/receipt" ] && while IFS= read -r line; do
    printf '|%s\n' "$line"
    [ "$line" = outputs ] && break
  done <"$run/receipt"
done
exit 0
"""
_TIMES = re.compile(r"(\d+)m([\d.]+)s (\d+)m([\d.]+)s")
_HASH = re.compile(r"(\\?)([0-9a-f]{64}) [ *](.*)")


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What was found in a run's directory."""

    submitted: str | None = None
    attempted: bool = False
    claim: str | None = None
    cancelled: bool = False
    receipt: Receipt | None = None


def read_evidence(text: str) -> dict[str, Evidence]:
    """Read what LOOK prints, by marker."""
    found: dict[str, Evidence] = {}
    for part in f"\n{text}".split("\n#run ")[1:]:
        marker, _, body = part.partition("\n")
        lines = body.splitlines()
        said = dict(line.partition(" ")[::2] for line in lines if not line.startswith("|"))
        receipt = [line[1:] for line in lines if line.startswith("|")]
        found[marker] = Evidence(
            submitted=said.get("submitted"),
            attempted="attempted" in said,
            claim=said.get("claim"),
            cancelled="cancel" in said,
            receipt=_receipt(receipt) if "outputs" in receipt else None,
        )
    return found


def read_receipt(text: str) -> Receipt | None:
    """Read a whole receipt; ``None`` when its end is missing."""
    lines = text.splitlines()
    return _receipt(lines) if lines and lines[-1] == "end" else None


def signal_of(receipt: Receipt) -> str | None:
    """Return the name of the signal that ended a run, as a shell tells it: by an exit code above 128."""
    if receipt.signal is None:
        return None
    known = set(signal.Signals)
    return signal.Signals(receipt.signal).name if receipt.signal in known else str(receipt.signal)


def _receipt(lines: list[str]) -> Receipt | None:
    at = lines.index("outputs") if "outputs" in lines else len(lines)
    said = dict(line.partition(" ")[::2] for line in lines[:at])
    try:
        code = int(said["exit"])
        began, ended = _instant(said["started"]), _instant(said["finished"])
        omitted = int(said.get("omitted", "0"))
    except (KeyError, ValueError, OverflowError):
        return None
    spent = _TIMES.fullmatch(said.get("times", ""))
    cpu = 60.0 * (int(spent[1]) + int(spent[3])) + float(spent[2]) + float(spent[4]) if spent else 0.0
    error = said.get("error")
    return Receipt(
        exit_code=code,
        signal=code - 128 if 128 < code <= 192 else None,
        ended_by="start_failed" if error else said.get("ended_by", "exit"),
        started_at=began,
        finished_at=ended,
        usage=Usage(cpu_seconds=cpu, max_rss_bytes=0),
        outputs=tuple(_outputs(lines[at + 1 :])),
        outputs_omitted=omitted,
        error=error,
    )


def _outputs(lines: Iterable[str]) -> list[Output]:
    sizes: dict[str, int] = {}
    found: dict[str, Output] = {}
    for line in lines:
        if line.startswith("size "):
            size, _, name = line[5:].partition(" ")
            sizes[name] = int(size)
        elif (match := _HASH.fullmatch(line)) is not None:
            # sha256sum writes a backslash twice, and one before the line that has such a name.
            name = match[3].replace("\\\\", "\\") if match[1] else match[3]
            if name in sizes:
                found[name] = Output(name=name, bytes=sizes[name], sha256=match[2])
    return [found[name] for name in sorted(found)]


def _instant(text: str) -> datetime:
    return datetime.fromtimestamp(float(text), UTC)

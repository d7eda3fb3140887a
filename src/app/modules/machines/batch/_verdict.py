"""How a run ended, of what its batch system says and what its own directory says. Pure."""

import errno
import os
from dataclasses import dataclass, replace
from datetime import datetime

from app.modules.machines.batch import ENDED, NativeStatus, Receipt, RunRef, RunState, Usage
from app.modules.machines.batch._receipts import Evidence, signal_of

_WHY = {
    "SIGXCPU": "it used more processor time than it may",
    "SIGXFSZ": "it wrote a larger file than it may",
    "SIGKILL": "somebody or the kernel, for want of memory, killed it",
}


# Others pass: memory or processes are short, or the program is being written.
_LASTING_ERRORS = (errno.ENOENT, errno.EACCES, errno.EPERM, errno.ENOEXEC, errno.ENOTDIR, errno.ELOOP, errno.E2BIG)
_LASTING = {"there is no such command", *map(os.strerror, _LASTING_ERRORS)}


@dataclass(kw_only=True, slots=True)  # not frozen: each poll makes one for every run, in a third of the time
class Row:
    """One job as the batch system tells it."""

    native_id: str
    native_state: str
    state: RunState
    text: str | None = None
    exit_code: int | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    usage: Usage | None = None
    interrupted: bool = False
    # It is being cleared up after: its script has ended, or was ended.
    ending: bool = False
    # Its script came to its own end, so there is or will be a receipt.
    has_receipt: bool = False


def judge(run: RunRef, row: Row | None, evidence: Evidence) -> NativeStatus:
    """Return how a run stands that the queue says has ended, or does not know."""
    receipt = evidence.receipt
    state, text = _verdict(row, evidence)
    native_id = row.native_id if row else run.native_id
    if state in ("unknown", "lost") and row is None and receipt is None:
        return NativeStatus(marker=run.marker, native_id=native_id, native_state="absent", state=state, text=text)
    return NativeStatus(
        marker=run.marker,
        native_id=native_id,
        native_state=row.native_state if row else receipt.ended_by if receipt else "absent",
        state=state,
        text=text,
        exit_code=receipt.exit_code if receipt else row.exit_code if row else None,
        started_at=receipt.started_at if receipt else row.started_at if row else None,
        finished_at=receipt.finished_at if receipt else row.finished_at if row else None,
        usage=_usage(row, receipt),
        interrupted=bool(row and row.interrupted and state == "lost"),
        hopeless=state == "failed" and receipt is not None and is_hopeless(receipt),
    )


def is_hopeless(receipt: Receipt) -> bool:
    """Say whether a command could not be started for a reason that stays."""
    return receipt.ended_by == "start_failed" and (receipt.error or "").rpartition(": ")[2] in _LASTING


def _usage(row: Row | None, receipt: Receipt | None) -> Usage | None:
    """Return what the accounting says; of short runs it may have seen less than they measured themselves."""
    accounted, own = row.usage if row else None, receipt.usage if receipt else None
    if accounted is None or own is None:
        return accounted or own
    return replace(accounted, cpu_seconds=max(accounted.cpu_seconds, own.cpu_seconds))


def _verdict(row: Row | None, evidence: Evidence) -> tuple[RunState, str | None]:
    if evidence.receipt is not None:
        return _of_receipt(evidence.receipt, row, cancelled=evidence.cancelled)
    if row is not None:
        if row.state in ("failed", "lost") and evidence.cancelled:
            return "cancelled", row.text
        return row.state, row.text
    if evidence.cancelled and evidence.claim is None:
        return "cancelled", "it never began"
    if evidence.claim is not None:
        return "unknown", "it began, its batch system no longer knows it, and it left no word of its end"
    if evidence.submitted is not None or evidence.attempted:
        return "unknown", "its batch system does not know it, and nothing says that it began"
    return "unknown", "there is no trace of it"


def _of_receipt(receipt: Receipt, row: Row | None, *, cancelled: bool) -> tuple[RunState, str | None]:
    said = row.text if row is not None and row.state in ENDED else None
    if receipt.ended_by == "walltime":
        return "timed_out", said or "it ran longer than it may"
    if receipt.ended_by == "cancelled":
        return "cancelled", "it never began"
    if receipt.ended_by == "start_failed":
        return "failed", f"the command could not be started: {receipt.error}"
    if receipt.ended_by == "terminated":
        if cancelled:
            return "cancelled", None
        if row is not None and row.state in ("timed_out", "cancelled", "lost"):
            return row.state, row.text
        return "lost", "it was ended on the machine, and not by us"
    if receipt.exit_code == 0:
        return "succeeded", None
    if row is not None and (row.state in ("timed_out", "cancelled", "lost") or (row.state == "failed" and said)):
        return row.state, row.text
    if cancelled:
        return "cancelled", None
    name = signal_of(receipt)
    if name is not None:
        return "failed", f"ended by {name}" + (f": {_WHY[name]}" if name in _WHY else "")
    return "failed", f"exit code {receipt.exit_code}"


def standing(run: RunRef, row: Row) -> NativeStatus:
    """Return how a run stands that waits or runs."""
    return NativeStatus(
        marker=run.marker,
        native_id=row.native_id,
        native_state=row.native_state,
        state=row.state,
        text=row.text,
        started_at=row.started_at,
    )

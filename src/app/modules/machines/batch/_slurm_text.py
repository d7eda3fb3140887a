"""What Slurm is asked and how its answers are read. Pure; checked against answers recorded on a real one."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from app.modules.machines.batch import Load, RunState
from app.modules.machines.batch._verdict import Row
from app.modules.machines.inspection import walltime_seconds
from app.modules.machines.queue_view import MOST_JOBS, MachineQueue, QueueJob, QueueNode, QueuePartition

# An account's own defaults would choose other jobs, other columns and another clock.
_OWN = (
    *("SQUEUE_ACCOUNT", "SQUEUE_ARRAY", "SQUEUE_FORMAT", "SQUEUE_FORMAT2", "SQUEUE_LICENSES", "SQUEUE_NAMES"),
    *("SQUEUE_PARTITION", "SQUEUE_QOS", "SQUEUE_SORT", "SQUEUE_STATES", "SQUEUE_USERS", "SACCT_FORMAT"),
    *("SINFO_FORMAT", "SINFO_PARTITION", "SINFO_SORT", "SCANCEL_NAME", "SCANCEL_STATE", "SCANCEL_INTERACTIVE"),
    *("SBATCH_ACCOUNT", "SBATCH_ARRAY_INX", "SBATCH_CONSTRAINT", "SBATCH_ERROR", "SBATCH_EXPORT", "SBATCH_INPUT"),
    *("SBATCH_JOB_NAME", "SBATCH_MEM_PER_NODE", "SBATCH_OPEN_MODE", "SBATCH_OUTPUT", "SBATCH_PARTITION"),
    *("SBATCH_QOS", "SBATCH_RESERVATION", "SBATCH_TIMELIMIT", "SBATCH_WAIT"),
)
# SLURM_BITSTR_LEN=0: an array's pending members are all named, and not cut off after 64 characters.
PLAIN = f"unset {' '.join(_OWN)}; export TZ=UTC SLURM_TIME_FORMAT=standard SLURM_BITSTR_LEN=0; "

_JOB = "%i|%T|%r|%V|%S|%e|%C|%P|%u|%j"  # the name last: it alone may hold anything
_VIEW_JOB = "%i|%T|%r|%V|%S|%e|%C|%P|%u|%q|%v|%j"
QUEUE = ("/bin/sh", "-c", f'{PLAIN}exec squeue --noheader --states=all --user="$(id -un)" --format="{_JOB}"')
HISTORY = (
    "/bin/sh",
    "-c",
    f'{PLAIN}exec sacct --noheader --parsable2 --allocations --duplicates --jobs="$0" '
    "--format=JobID,State,ExitCode,Submit,Start,End,JobName",
)
LOAD = ("/bin/sh", "-c", f"{PLAIN}sinfo --noheader --Node --format='%N|%C|%m' && squeue --noheader --array --format=%T")
VIEW = (
    "/bin/sh",
    "-c",
    f"{PLAIN}printf '#section partitions\\n'; sinfo --noheader --format='%P|%a|%l|%F|%C' && "
    "printf '#section nodes\\n' && sinfo --noheader --Node --format='%N|%T|%C|%m|%P|%E' && "
    f"printf '#section jobs\\n' && squeue --noheader --format='{_VIEW_JOB}' && "
    "printf '#section limits\\n' && scontrol show config",
)
_LIMITS = ("MaxArraySize", "MaxJobCount", "MinJobAge", "KillWait", "OverTimeLimit", "DefMemPerCPU", "MaxMemPerNode")

_STATES: dict[str, tuple[str, RunState]] = {
    "BF": ("BOOT_FAIL", "lost"),
    "CA": ("CANCELLED", "cancelled"),
    "CD": ("COMPLETED", "succeeded"),
    "CF": ("CONFIGURING", "queued"),
    "CG": ("COMPLETING", "running"),
    "DL": ("DEADLINE", "timed_out"),
    "F": ("FAILED", "failed"),
    "NF": ("NODE_FAIL", "lost"),
    "OOM": ("OUT_OF_MEMORY", "failed"),
    "PD": ("PENDING", "queued"),
    "PR": ("PREEMPTED", "lost"),
    "R": ("RUNNING", "running"),
    "RD": ("RESV_DEL_HOLD", "queued"),
    "RF": ("REQUEUE_FED", "queued"),
    "RH": ("REQUEUE_HOLD", "queued"),
    "RQ": ("REQUEUED", "queued"),
    "RS": ("RESIZING", "running"),
    "RV": ("REVOKED", "lost"),
    "S": ("SUSPENDED", "running"),
    "SE": ("SPECIAL_EXIT", "queued"),
    "SI": ("SIGNALING", "running"),
    "SO": ("STAGE_OUT", "running"),
    "ST": ("STOPPED", "running"),
    "TO": ("TIMEOUT", "timed_out"),
}
_NONE = ("", "(null)", "N/A", "None")
_BY_NAME = dict(_STATES.values())
_TEXTS = {
    "BOOT_FAIL": "its nodes did not start",
    "DEADLINE": "it could not end before its deadline",
    "NODE_FAIL": "a node it ran on failed",
    "OUT_OF_MEMORY": "it needed more memory than it asked for",
    "PREEMPTED": "a more urgent job took its place",
    "REVOKED": "another cluster of the federation took it",
    "STOPPED": "it is stopped",
    "SUSPENDED": "it is suspended",
    "TIMEOUT": "it ran longer than it may",
}
INTERRUPTED = ("BOOT_FAIL", "NODE_FAIL", "PREEMPTED")
_OVER = re.compile(r"invalid job id|already complet|already finished|access/permission", re.IGNORECASE)
_NEVER = re.compile(
    r"Partition(Config|NodeLimit|TimeLimit)|BadConstraints|Invalid(Account|QOS)|DependencyNeverSatisfied|"
    r"(Account|QOS)NotAllowed|(Assoc|QOS)Max\w*PerJob\w*|(Assoc|QOS)MaxWallDuration\w*|MaxMemPerLimit"
)


def native_of(said: str) -> str:
    """Read what ``sbatch --parsable`` prints, ``id`` or ``id;cluster``, or an id alone. Raises ValueError."""
    found = re.match(r"\d+", said.strip().splitlines()[-1] if said.strip() else "")
    if found is None:
        raise ValueError("no job id")
    return found[0]


def read_queue(said: str) -> Iterator[tuple[str, Row]]:
    """Read what QUEUE prints: each job with its marker, members of arrays each by itself."""
    for line in said.splitlines():
        parts = line.split("|", 9)
        if len(parts) != 10:
            continue
        job, state, reason, _, started, ended, *_, name = parts
        word, ours = state_of(state)
        # A line may stand for thousands of members: what is the same for all is worked out once.
        native_state = word if ours != "queued" or reason in ("", "None") else f"{word} ({reason})"
        text = text_of(word, ours, reason)
        began = _began(ours, started, ended)
        over = instant(ended) if word not in ("RUNNING", "PENDING", "COMPLETING") else None
        for native, member in members(job):
            yield (
                name if member is None else f"{name}.{member}",
                Row(
                    native_id=native,
                    native_state=native_state,
                    state=ours,
                    text=text,
                    started_at=began,
                    finished_at=over,
                    interrupted=word in INTERRUPTED,
                    ending=word == "COMPLETING",
                    has_receipt=word in ("COMPLETED", "FAILED"),
                ),
            )


def read_history(said: str) -> Iterator[tuple[str, Row]]:
    """Read what HISTORY prints. A job that is still said to run, which the queue does not know, is no evidence."""
    for line in said.splitlines():
        parts = line.split("|", 6)
        if len(parts) != 7:
            continue
        job, state, code, _, started, ended, name = parts
        word, ours = state_of(state)
        if ours in ("queued", "running"):
            continue
        exit_code, _, number = code.partition(":")
        for native, member in members(job):
            yield (
                name if member is None else f"{name}.{member}",
                Row(
                    native_id=native,
                    native_state=word,
                    state=ours,
                    text=text_of(word, ours, "") or (f"ended by signal {number}" if number not in ("", "0") else None),
                    exit_code=int(exit_code) if exit_code.isdigit() and ours in ("succeeded", "failed") else None,
                    started_at=_began(ours, started, ended),
                    finished_at=instant(ended),
                    interrupted=word in INTERRUPTED,
                    has_receipt=word in ("COMPLETED", "FAILED"),
                ),
            )


def read_load(said: str) -> Load:
    """Read what LOAD prints; a node that several partitions have counts once."""
    nodes: dict[str, tuple[int, int, int]] = {}
    queued = running = 0
    for line in said.splitlines():
        parts = line.split("|")
        if len(parts) == 3:
            used, _, _, cores = (int(one) for one in parts[1].split("/"))
            nodes[parts[0]] = cores, used, int(parts[2].rstrip("+")) * 1024**2
        elif state_of(line.strip())[1] == "queued":
            queued += 1
        elif state_of(line.strip())[1] == "running":
            running += 1
    return Load(
        cores=sum(cores for cores, _, _ in nodes.values()),
        memory_bytes=sum(memory for _, _, memory in nodes.values()) or None,
        cores_used=sum(used for _, used, _ in nodes.values()),
        queued_count=queued,
        running_count=running,
        node_count=len(nodes),
        nodes_used=sum(used > 0 for _, used, _ in nodes.values()),
    )


def read_view(said: str) -> MachineQueue:
    """Read what VIEW prints."""
    parts = {name: body for name, _, body in (part.partition("\n") for part in f"\n{said}".split("\n#section ")[1:])}
    nodes: dict[str, QueueNode] = {}
    for name, state, cores, memory, partition, reason in _rows(parts.get("nodes", ""), 6):
        node = nodes.setdefault(name, QueueNode(name=name, state=state, reason=None if reason == "none" else reason))
        node.partitions.append(partition.removesuffix("*"))
        node.cores_used, _, _, node.cores = _four(cores)
        node.memory_bytes = int(memory.rstrip("+")) * 1024**2
    jobs = [_job(fields) for fields in _rows(parts.get("jobs", ""), 12)]
    said_limits = dict(re.findall(r"^(\w+)\s*=\s*(.*?)\s*$", parts.get("limits", ""), re.MULTILINE))
    return MachineQueue(
        asked_at=datetime.now(UTC),
        partitions=[
            QueuePartition(
                name=name.removesuffix("*"),
                is_default=name.endswith("*"),
                state=state,
                walltime_seconds=walltime_seconds(limit),
                node_count=_four(counts)[3],
                cores=_four(cores)[3],
                cores_used=_four(cores)[0],
            )
            for name, state, limit, counts, cores in _rows(parts.get("partitions", ""), 5)
        ],
        nodes=list(nodes.values()),
        limits={name: said_limits[name] for name in _LIMITS if name in said_limits},
        jobs=jobs[:MOST_JOBS],
        omitted_count=max(0, len(jobs) - MOST_JOBS),
    )


def read_estimate(said: str) -> datetime | None:
    """Read what ``sbatch --test-only`` says on its error stream."""
    found = re.search(r"to start at (\S+)", said)
    return instant(found[1]) if found else None


def instant(said: str) -> datetime | None:
    """Read a time in UTC, which PLAIN asks for; ``None`` for N/A, Unknown and None."""
    try:
        return datetime.fromisoformat(said).replace(tzinfo=UTC)
    except ValueError:
        return None


def _began(ours: RunState, started: str, ended: str) -> datetime | None:
    """Return when a job started. One that was cancelled while it waited is said to have started as it ended."""
    return None if ours == "queued" or (ours == "cancelled" and started == ended) else instant(started)


def state_of(said: str) -> tuple[str, RunState]:
    """Return Slurm's word for a state, and ours."""
    word = said.split(" ", 1)[0].rstrip("+")  # "CANCELLED by 1000"
    if word in _BY_NAME:
        return word, _BY_NAME[word]
    return _STATES.get(word, (word, "unknown"))


def text_of(word: str, ours: RunState, reason: str) -> str | None:
    """Say in words why a job waits, or how it ended."""
    if ours == "unknown":
        return f"Slurm says {word}, which is no state known here"
    if ours == "queued" and reason not in ("", "None"):
        return f"it can never start as it is: {reason}" if _NEVER.fullmatch(reason) else f"it waits: {reason}"
    return _TEXTS.get(word)


def members(job: str) -> Iterator[tuple[str, int | None]]:
    """Yield the native id and the number of each member that a row stands for: ``7``, ``7_3``, ``7_[0-2,9%4]``."""
    base, _, rest = job.partition("_")
    if not rest:
        yield job, None
        return
    for numbers in _spans(rest):
        for number in numbers:
            yield f"{base}_{number}", number


def member_count(job: str) -> int:
    """Return how many :func:`members` there are."""
    rest = job.partition("_")[2]
    return max(1, sum(map(len, _spans(rest)))) if rest else 1


def _spans(listed: str) -> Iterator[range]:
    for part in listed.strip("[]").partition("%")[0].split(","):
        span = re.fullmatch(r"(\d+)(?:-(\d+)(?::(\d+))?)?", part)
        if span is not None:
            yield range(int(span[1]), int(span[2] or span[1]) + 1, int(span[3] or 1))


def is_over(complaint: str) -> bool:
    """Say whether a job could not be cancelled because it has ended, or never was."""
    return _OVER.search(complaint) is not None


def _job(fields: list[str]) -> QueueJob:
    job, state, reason, submitted, started, ends, cores, partition, user, qos, reservation, name = fields
    return QueueJob(
        native_id=job,
        name=name,
        user=user,
        state=state,
        reason=None if reason == "None" else reason,
        partition=partition,
        qos=None if qos in _NONE else qos,
        reservation=None if reservation in _NONE else reservation,
        cores=int(cores) if cores.isdigit() else None,
        run_count=member_count(job),
        submitted_at=instant(submitted),
        started_at=instant(started),
        ends_at=instant(ends),
    )


def _rows(said: str, count: int) -> Iterator[list[str]]:
    for line in said.splitlines():
        parts = line.split("|", count - 1)
        if len(parts) == count:
            yield parts


def _four(said: str) -> tuple[int, int, int, int]:
    used, idle, other, total = (int(one) for one in said.split("/"))
    return used, idle, other, total

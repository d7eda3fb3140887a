"""What Grid Engine is asked and how its answers are read. Pure."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from app.modules.machines.batch import RunState, Usage
from app.modules.machines.batch._remote import BatchSilent
from app.modules.machines.batch._verdict import Row
from app.modules.machines.queue_view import MOST_JOBS, MachineQueue, QueueJob, QueueNode

# Not `-u "$USER"`: an account's own sge_qstat file could add to it.
QUEUE = ("/bin/sh", "-c", 'TZ=UTC exec qstat -xml -u "$(id -un)"')
VIEW = ("/bin/sh", "-c", "TZ=UTC exec qstat -f -xml -u '*'")
HISTORY = ("/bin/sh", "-c", 'export TZ=UTC; for job; do qacct -j "$job"; done; exit 0', "stormbell")
LOOKS_UP = r"""
  said=$(qstat -xml -u "$(id -un)") || return 1
  printf '%s\n' "$said" | awk -F '[<>]' -v wanted="$2" '
    $2 == "JB_job_number" { number = $3 }
    $2 == "JB_name" && $3 == wanted { print number; exit }'
"""
_TIMES = ("%m/%d/%Y %H:%M:%S.%f", "%m/%d/%Y %H:%M:%S", "%a %b %d %H:%M:%S %Y")


def read_queue(said: str) -> Iterator[tuple[str, Row]]:
    """Read what QUEUE prints: each job with its marker, members of arrays each by itself."""
    for job in _document(said).iter("job_list"):
        number, name, letters = (job.findtext(tag, "") for tag in ("JB_job_number", "JB_name", "state"))
        state, text = _state(letters)
        began = _instant(job.findtext("JAT_start_time", "")) if state == "running" else None
        for task in _tasks(job.findtext("tasks", "")):
            native = number if task is None else f"{number}.{task}"
            marker = name if task is None else f"{name}.{task - 1}"
            yield marker, Row(native_id=native, native_state=letters, state=state, text=text, started_at=began)


def read_history(said: str) -> Iterator[tuple[str, Row]]:
    """Read what HISTORY prints: a block a job or task."""
    for block in re.split(r"^=+$", said, flags=re.MULTILINE):
        fields = dict(re.findall(r"^(\S+) +(.*?) *$", block, re.MULTILINE))
        if not fields.get("jobnumber", "").isdigit():
            continue
        task = fields.get("taskid", "undefined")
        number, name = fields["jobnumber"], fields.get("jobname", "")
        failed, code = fields.get("failed", "0"), fields.get("exit_status", "").split(" ")[0]
        state, text = _end(failed, int(code) if code.isdigit() else None)
        spent = re.match(r"[\d.]+", fields.get("cpu", ""))
        yield (
            f"{name}.{int(task) - 1}" if task.isdigit() else name,
            Row(
                native_id=f"{number}.{task}" if task.isdigit() else number,
                native_state=f"failed {failed}" if failed != "0" else "ended",
                state=state,
                text=text,
                exit_code=int(code) if code.isdigit() and state in ("succeeded", "failed") else None,
                started_at=_instant(fields.get("start_time", "")),
                finished_at=_instant(fields.get("end_time", "")),
                usage=Usage(cpu_seconds=float(spent[0]), max_rss_bytes=0) if spent else None,
                has_receipt=failed == "0",
            ),
        )


def read_view(said: str) -> MachineQueue:
    """Read what VIEW prints: each queue on each host, and the jobs."""
    document = _document(said)
    nodes: dict[str, QueueNode] = {}
    for one in document.iter("Queue-List"):
        queue, _, host = one.findtext("name", "").partition("@")
        node = nodes.setdefault(host, QueueNode(name=host, state=one.findtext("state", "") or "up", cores=0))
        node.partitions.append(queue)
        node.cores = (node.cores or 0) + int(one.findtext("slots_total", "0"))
        node.cores_used = (node.cores_used or 0) + int(one.findtext("slots_used", "0"))
    jobs = [
        QueueJob(
            native_id=job.findtext("JB_job_number", "") + (f".{tasks}" if (tasks := job.findtext("tasks")) else ""),
            name=job.findtext("JB_name", ""),
            user=job.findtext("JB_owner"),
            state=job.findtext("state", ""),
            cores=int(job.findtext("slots", "0")) or None,
            run_count=max(1, sum(1 for _ in _tasks(tasks or ""))),
            submitted_at=_instant(job.findtext("JB_submission_time", "")),
            started_at=_instant(job.findtext("JAT_start_time", "")),
        )
        for job in document.iter("job_list")
    ]
    return MachineQueue(
        asked_at=datetime.now(UTC),
        nodes=list(nodes.values()),
        jobs=jobs[:MOST_JOBS],
        omitted_count=max(0, len(jobs) - MOST_JOBS),
    )


def _document(said: str) -> ET.Element:
    if "<!DOCTYPE" in said or "<!ENTITY" in said:
        raise BatchSilent("Grid Engine said what is none of its lists")
    try:
        return ET.fromstring(said)  # noqa: S314 (without entities, and of limited size)
    except ET.ParseError as error:
        raise BatchSilent(f"Grid Engine said what is no XML: {said[:100]!r}") from error


def _state(letters: str) -> tuple[RunState, str | None]:
    """Read the letters of qstat(1): d deletion, E error, h hold, q queued, r running, R restarted, s suspended."""
    if "E" in letters:
        return "queued", "it can never start as it is: Grid Engine could not start it and holds it (qstat -j says why)"
    if "q" in letters:
        return "queued", "it is held" if "h" in letters else None
    return "running", "it is suspended" if set("sST") & set(letters) else None


def _end(failed: str, code: int | None) -> tuple[RunState, str | None]:
    number = failed.split(" ")[0]
    if number == "0":
        return ("succeeded", None) if code == 0 else ("failed", None)
    if "h_rt" in failed or "s_rt" in failed:
        return "timed_out", "it ran longer than it may"
    if number == "100" and code is not None and code > 128:
        return "failed", f"it was ended by signal {code - 128}"
    return "lost", f"Grid Engine could not run it: {failed}"


def _tasks(said: str) -> Iterator[int | None]:
    """Yield the tasks a row stands for: ``3``, ``4-10:2``, ``1,5``; one ``None`` for a job without."""
    if not said:
        yield None
    for part in said.split(",") if said else ():
        span = re.fullmatch(r"(\d+)(?:-(\d+)(?::(\d+))?)?", part.strip())
        if span is not None:
            yield from range(int(span[1]), int(span[2] or span[1]) + 1, int(span[3] or 1))


def _instant(said: str) -> datetime | None:
    for form in ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", *_TIMES):
        try:
            return datetime.strptime(said.strip(), form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None

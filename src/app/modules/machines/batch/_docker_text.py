"""What Docker is asked and how its answers are read. Pure."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from app.modules.machines.batch import Load, RunState
from app.modules.machines.batch._verdict import Row
from app.modules.machines.queue_view import MOST_JOBS, MachineQueue, QueueJob, QueueNode

# The runs' directory is $1. One at a time: what fits is counted and started in one step.
_AT = r"""
cd -- "$1" 2>/dev/null || exit 0
root=$(pwd -P)
exec 9>>.docker.lock
flock -w 50 9 2>/dev/null
[ $? -eq 1 ] && { echo 'another command holds the lock of the queue' >&2; exit 97; }
told=$(docker ps --all --no-trunc --filter "label=stormbell.root=$root" \
  --format '{{.ID}} {{.State}} {{.Label "stormbell.run"}}') || exit
"""
_FORMAT = "|".join(
    (
        *('{{.Id}}|{{index .Config.Labels "stormbell.run"}}|{{.State.Status}}|{{.State.ExitCode}}',),
        *("{{.State.OOMKilled}}|{{.State.StartedAt}}|{{.State.FinishedAt}}",),
        *('{{index .Config.Labels "stormbell.cores"}}|{{index .Config.Labels "stormbell.urgency"}}',),
        *('{{index .Config.Labels "stormbell.at"}}|{{index .Config.Labels "stormbell.member"}}|{{json .State.Error}}',),
    )
)
# $2 are the cores there are for runs, 0 for all; the markers wanted of what has ended come on the input. Of what waits
# the most urgent and then the oldest starts, and nothing overtakes.
QUEUE = (
    "/bin/sh",
    "-c",
    _AT
    + r"""
told=$({ sed 's/^/wanted /'; printf '%s\n' "$told"; } | awk '
  $1 == "wanted" { wanted[$2]; next }
  NF == 3 && ($2 != "exited" && $2 != "dead" || $3 in wanted) { print $1 }')
[ -n "$told" ] || exit 0
look() { docker inspect --type container --format '"""
    + _FORMAT
    + r"""' $told 2>.docker.errors || grep -qi 'no such' .docker.errors || { cat .docker.errors >&2; exit 98; }; }
all=$(look) || exit
case $all in *'|created|'*'|""'*)
  cores=$2
  [ "$cores" -gt 0 ] || cores=$(docker info --format '{{.NCPU}}') || exit
  fitting=$(printf '%s\n' "$all" | sort -t '|' -k 9,9nr -k 10,10n -k 11,11n | awk -F '|' -v free="$cores" '
    $3 == "created" { if ($12 == "\"\"") { waits[++n] = $1; wants[n] = $8 } next }
    $3 != "exited" && $3 != "dead" { free -= $8 }
    END { for (i = 1; i <= n && (free -= wants[i]) >= 0; i++) print waits[i] }')
  # What cannot be started says why itself.
  [ -z "$fitting" ] || { docker start $fitting >/dev/null 2>&1; all=$(look) || exit; }
esac
printf '%s\n' "$all"
""",
    "stormbell",
)
# Ends the run $2, or all of its members: what waits is removed, what runs ends as its script does when it is asked to.
STOP = (
    "/bin/sh",
    "-c",
    _AT
    + r"""
printf '%s\n' "$told" | awk -v run="$2." 'index($3 ".", run) == 1 { print $1, $2 }' | while read -r one state; do
  case $state in
    created) docker rm "$one" ;;
    exited | dead) ;;
    *) docker kill --signal TERM "$one" ;;
  esac >/dev/null 2>>.docker.errors || grep -Eqi 'no such|not running' .docker.errors || exit
done
""",
    "stormbell",
)
FORGET = (
    "/bin/sh",
    "-c",
    _AT
    + r"""
ended=$(printf '%s\n' "$told" | awk -v run="$2." 'index($3 ".", run) == 1 && $2 != "running" { print $1 }')
[ -z "$ended" ] || docker rm $ended >/dev/null 2>&1
exit 0
""",
    "stormbell",
)
LOOKS_UP = r"""
  root=$(cd .. && pwd -P)
  said=$(docker ps --all --filter "label=stormbell.root=$root" \
    --format '{{.Label "stormbell.run"}} {{.ID}}') || return 1
  printf '%s\n' "$said" | awk -v run="$2" '$1 == run || $1 == run ".0" { print $2; exit }'
"""
INFO = ("docker", "info", "--format", "{{.NCPU}}|{{.MemTotal}}|{{.Name}}")
_ID_LENGTH = 12  # as Docker's own commands show it


@dataclass(frozen=True)
class Container:
    """One container of a run: whose it is, and what of the machine it holds."""

    marker: str
    row: Row
    cores: int
    submitted_at: datetime


def native_of(said: str) -> str:
    """Read what ``docker create`` prints. Raises ValueError."""
    found = re.match(r"[0-9a-f]{12,64}", said.strip().splitlines()[-1] if said.strip() else "")
    if found is None:
        raise ValueError("no id of a container")
    return found[0][:_ID_LENGTH]


def read_containers(said: str) -> Iterator[Container]:
    """Read what QUEUE prints."""
    for line in said.splitlines():
        parts = line.split("|", 11)
        if len(parts) != 12:
            continue
        one, marker, status, code, oom, began, ended, cores, _, submitted, _, error = parts
        why = json.loads(error) or None
        state, text = _state(status, int(code), why, oom=oom == "true")
        over = state not in ("queued", "running")
        row = Row(
            native_id=one[:_ID_LENGTH],
            native_state=f"{status} ({code})" if status == "exited" else status,
            state=state,
            text=text,
            exit_code=int(code) if over and why is None else None,
            started_at=_instant(began) if status != "created" else None,
            finished_at=_instant(ended) if over else None,
        )
        yield Container(marker, row, int(cores), datetime.fromtimestamp(float(submitted), UTC))


def read_load(info: str, containers: list[Container], given: int | None) -> Load:
    """Say how large the host is and how much of it runs hold."""
    cores, memory, _ = info.strip().split("|", 2)
    running = [one for one in containers if one.row.state == "running"]
    return Load(
        cores=given or int(cores),
        memory_bytes=int(memory),
        cores_used=sum(one.cores for one in running),
        queued_count=sum(one.row.state == "queued" for one in containers),
        running_count=len(running),
    )


def read_view(info: str, containers: list[Container], given: int | None) -> MachineQueue:
    """Return the one node there is, and its runs."""
    load = read_load(info, containers, given)
    state = "idle" if not load.cores_used else "mixed" if load.cores_used < load.cores else "allocated"
    jobs = [
        QueueJob(
            native_id=one.row.native_id,
            name=one.marker,
            state=one.row.native_state,
            cores=one.cores,
            submitted_at=one.submitted_at,
            started_at=one.row.started_at,
        )
        for one in containers
        if one.row.state in ("queued", "running")
    ]
    node = QueueNode(
        name=info.strip().split("|", 2)[2],
        state=state,
        cores=load.cores,
        cores_used=load.cores_used,
        memory_bytes=load.memory_bytes,
    )
    omitted = max(0, len(jobs) - MOST_JOBS)
    return MachineQueue(asked_at=datetime.now(UTC), nodes=[node], jobs=jobs[:MOST_JOBS], omitted_count=omitted)


def _state(status: str, code: int, error: str | None, *, oom: bool) -> tuple[RunState, str | None]:
    if status == "created":
        return ("failed", f"it could not be started: {error}") if error else ("queued", None)
    if status in ("running", "paused", "restarting", "removing"):
        return "running", None if status == "running" else f"it is {status}"
    if oom:
        return "failed", "it needed more memory than it asked for"
    return ("succeeded" if code == 0 else "failed"), error


def _instant(said: str) -> datetime | None:
    """Read a time of Docker's, which has nanoseconds; the year 1 stands for never."""
    found = re.match(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?)\d*(Z|[+-]\d\d:\d\d)", said)
    if found is None or said.startswith("0001-"):
        return None
    return datetime.fromisoformat(found[1] + found[2].replace("Z", "+00:00"))

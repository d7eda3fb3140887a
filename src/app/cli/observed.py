"""What ``stormbell observe`` draws: nodes, queues with the depth of the last while, what runs, what changed."""

from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from app.cli.units import clock, duration, roughly
from app.kernel.console import clean

MARKS = {"initializing": "◌", "waiting": "○", "working": "▶", "paused": "‖", "dead": "✕"}
STYLES = {"working": "blue", "dead": "red", "paused": "yellow", "unresponsive": "red"}
STEPS = "▁▂▃▄▅▆▇█"
WIDTH = 40
JOBS = 8
CHANGES = 5
_BUSY = {"waiting", "working"}


class Picture:
    """The newest look and the depths of those before."""

    def __init__(self, history: Sequence[Any]) -> None:
        """``history`` holds points of the API's history, oldest first."""
        self._snapshot: Any = None
        self._depths: dict[str, deque[int]] = {}
        for point in history:
            self._remember(point["queues"])

    def take(self, snapshot: Any) -> None:
        """Show this from now on."""
        self._snapshot = snapshot
        self._remember(snapshot["queues"])

    def drawing(self) -> Group:
        """Return what to print."""
        return Group(self._head(), Text(), self._nodes(), Text(), self._queues(), *self._work(), *self._changes())

    def _remember(self, queues: Sequence[Any]) -> None:
        for queue in queues:
            self._depths.setdefault(queue["name"], deque(maxlen=WIDTH)).append(queue["depth"])

    def _head(self) -> Text:
        seen = self._snapshot
        ten, minute = (rate["per_second"] for rate in seen["throughput"])
        parts = [
            f"{ten:.1f} jobs/s over 10 s, {minute:.1f} over 60 s",
            f"start p50 {_seconds(seen['start_p50_seconds'])}, p95 {_seconds(seen['start_p95_seconds'])}",
            f"last hour {seen['deaths']} deaths, {seen['rebalances']} rebalances",
        ]
        about = [f"{clock(datetime.fromisoformat(seen['at']))} UTC", f"{seen['observers']} observing"]
        if "latency_ms" in seen:
            about.append(f"{seen['latency_ms']:.0f} ms old when sent")
        return Text("\n".join(("   ".join(about), "   ".join(parts))))

    def _nodes(self) -> Table:
        table = _table(
            ("node", "l"), ("state", "l"), ("heard", "r"), ("sections", "l"), ("busy", "r"), ("works on", "l")
        )
        for node in self._snapshot["nodes"]:
            word = node["reason"] if node["reason"] in ("unresponsive", "terminated") else node["state"]
            state = Text(f"{MARKS[node['state']]} {word}", style=STYLES.get(word, ""))
            jobs = ", ".join(f"{job['number']} {clean(job['kind'])}{_share(job)}" for job in node["jobs"][:2])
            more = f" and {node['busy'] - 2} more" if node["busy"] > 2 else ""
            table.add_row(
                clean(node["name"]),
                state,
                f"{roughly(node['heartbeat_age_seconds'])} ago",
                _sections(node["sections"]),
                f"{node['busy']}/{node['slots']}",
                jobs + more,
            )
        if not self._snapshot["nodes"]:
            table.add_row("none", "", "", "", "", "")
        return table

    def _queues(self) -> Table:
        heads = ("queued", "last looks", "running", "held", "not due", "oldest", "start p50", "p95", "ended/s")
        sides = {"last looks": "l"}
        table = _table(("queue", "l"), ("state", "l"), *((head, sides.get(head, "r")) for head in heads))
        about = "~" if self._snapshot["estimated"] else ""
        for queue in self._snapshot["queues"]:
            table.add_row(
                clean(queue["name"]),
                Text(queue["state"], style="" if queue["state"] == "active" else "yellow"),
                f"{about}{queue['depth']}",
                _spark(self._depths[queue["name"]]),
                str(queue["running"]),
                str(queue["held"]),
                str(queue["delayed"]),
                duration(queue["oldest_seconds"]),
                duration(queue["start_p50_seconds"]),
                duration(queue["start_p95_seconds"]),
                f"{queue['finished_per_second']:.1f}",
            )
        if not self._snapshot["queues"]:
            table.add_row("none", *[""] * 10)
        return table

    def _work(self) -> list[Any]:
        jobs = [(node["name"], job) for node in self._snapshot["nodes"] for job in node["jobs"]]
        if not jobs:
            return []
        at = datetime.fromisoformat(self._snapshot["at"])
        table = _table(("job", "r"), ("kind", "l"), ("node", "l"), ("for", "r"), ("done", "r"))
        jobs.sort(key=lambda pair: str(pair[1]["since"]))
        for name, job in jobs[:JOBS]:
            since = (at - datetime.fromisoformat(job["since"])).total_seconds()
            table.add_row(str(job["number"]), clean(job["kind"]), clean(name), duration(since), _share(job).strip())
        return [Text(), table]

    def _changes(self) -> list[Any]:
        # Not each time a job begins and the last one ends: deaths would scroll away.
        told = [c for c in self._snapshot["changes"] if c["reason"] or {c["old_state"], c["new_state"]} != _BUSY]
        changes = told[-CHANGES:][::-1]
        lines = [Text()]
        for one in changes:
            before = f"{one['old_state']} to " if one["old_state"] else ""
            why = f" ({one['reason']})" if one["reason"] else ""
            when = clock(datetime.fromisoformat(one["at"]))
            lines.append(Text(f"{when}  {clean(one['name'] or one['node_id'])} {before}{one['new_state']}{why}"))
        return lines if changes else []


def _table(*columns: tuple[str, str]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name, side in columns:
        table.add_column(name, justify="right" if side == "r" else "left", no_wrap=True, overflow="ellipsis")
    return table


def _spark(values: Sequence[int]) -> str:
    most = max([1, *values])
    return "".join(STEPS[min(len(STEPS) - 1, value * len(STEPS) // (most + 1))] for value in values)


def _sections(sections: Any) -> str:
    if not sections["count"]:
        return "none"
    ranges = ", ".join(f"{first}-{last}" for first, last in sections["ranges"][:2])
    return f"{sections['count']}: {ranges}{', …' if len(sections['ranges']) > 2 else ''}"


def _share(job: Any) -> str:
    return "" if job["progress"] is None else f" {job['progress']:.0%}"


def _seconds(value: float | None) -> str:
    return duration(value) or "not known"

"""One look at nodes and queue, as plain values: written as JSON once and sent to everybody."""

from typing import Any

from app.modules import jobs, nodes
from app.modules.observer import observing


async def look(gauge: jobs.Gauge) -> dict[str, Any]:
    """Return the fields of a SnapshotView."""
    queue = await gauge.read()
    fleet = await nodes.overview(gauge.fetch)
    (observers,) = await gauge.fetch(observing.COUNT, observing.SILENCE_SECONDS)
    return {
        "at": queue.at,
        "estimated": queue.estimated,
        "observers": observers["count"],
        "nodes": [_node(node, queue) for node in fleet.nodes],
        "queues": queue.queues,
        "throughput": [
            {"seconds": seconds, "per_second": sum(by_state.values()), "by_state": by_state}
            for seconds, by_state in queue.finished.items()
        ],
        "start_p50_seconds": queue.start_p50_seconds,
        "start_p95_seconds": queue.start_p95_seconds,
        "deaths": fleet.deaths,
        "rebalances": fleet.rebalances,
        "changes": fleet.changes,
    }


def substance(snapshot: dict[str, Any]) -> Any:
    """Return what makes two snapshots differ: not the time, nor what only grows with it."""
    still = [
        {name: value for name, value in node.items() if not name.startswith("heartbeat_a")}
        for node in snapshot["nodes"]
    ]
    queues = [
        (q.name, q.state, q.depth, q.delayed, q.held, q.running, round(q.finished_per_second, 1))
        for q in snapshot["queues"]
    ]
    rates = [round(rate["per_second"], 1) for rate in snapshot["throughput"]]
    rest = [snapshot[name] for name in ("estimated", "observers", "deaths", "rebalances")]
    return still, queues, rates, rest, snapshot["changes"][-1:]


def sample(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Return what is kept of a snapshot: the fields of a HistoryPoint but its time."""
    return {
        "estimated": snapshot["estimated"],
        "nodes": [
            {name: node[name] for name in ("id", "name", "state", "reason", "busy", "slots")}
            | {"section_count": node["sections"]["count"]}
            for node in snapshot["nodes"]
        ],
        "queues": [
            {
                "name": queue.name,
                "state": queue.state,
                "depth": queue.depth,
                "delayed": queue.delayed,
                "held": queue.held,
                "running": queue.running,
                "oldest_seconds": queue.oldest_seconds,
                "finished_per_second": round(queue.finished_per_second, 2),
            }
            for queue in snapshot["queues"]
        ],
        "finished_per_second": round(snapshot["throughput"][0]["per_second"], 2),
        "start_p50_seconds": snapshot["start_p50_seconds"],
        "start_p95_seconds": snapshot["start_p95_seconds"],
        "deaths": snapshot["deaths"],
        "rebalances": snapshot["rebalances"],
    }


def _node(node: nodes.NodeFigures, queue: jobs.Figures) -> dict[str, Any]:
    fields: dict[str, Any] = {name: getattr(node, name) for name in _NODE_FIELDS}
    # The leases say it at once, the heartbeat only later.
    fields["busy"] = queue.busy.get(node.id, 0)
    fields["sections"] = {"count": node.section_count, "ranges": node.ranges}
    fields["jobs"] = queue.running.get(node.id, [])
    return fields


_NODE_FIELDS = tuple(
    name for name in nodes.NodeFigures.__dataclass_fields__ if name not in ("section_count", "ranges", "busy")
)

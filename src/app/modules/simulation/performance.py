"""How a run went: how long it waited and took, and how well it used what it asked for. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any


def performance_of(
    resources: Mapping[str, Any],
    usage: Mapping[str, Any] | None,
    *,
    queued_at: datetime | None,
    started_at: datetime | None,
    seconds: float | None,
) -> dict[str, Any] | None:
    """Return the fields of a PerformanceView, as far as they are known; ``None`` for a run that did not begin."""
    if started_at is None:
        return None
    spent = usage["cpu_seconds"] if usage else None
    # Nobody measured it where it is 0: shells tell of processor time alone.
    largest = (usage["max_rss_bytes"] or None) if usage else None
    cores = int(resources["cores"])
    return {
        "queue_seconds": max(0.0, (started_at - queued_at).total_seconds()) if queued_at else None,
        "elapsed_seconds": seconds,
        "cpu_seconds": spent,
        "cpu_efficiency": round(spent / (cores * seconds), 4) if spent is not None and seconds else None,
        "max_rss_bytes": largest,
        "memory_efficiency": round(largest / int(resources["memory_bytes"]), 4) if largest else None,
        "source": usage.get("source", "run") if usage else None,
    }

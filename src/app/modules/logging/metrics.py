"""Prometheus metrics of one node: requests counted as they are answered, everything else read when asked for."""

from collections.abc import Iterator
from itertools import accumulate
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from app.kernel import logs, tracing
from app.kernel.figures import Figure, figures_of
from app.kernel.figures import Histogram as Buckets
from app.kernel.node import Node
from app.kernel.version import VERSION
from app.modules import jobs
from app.modules.logging.stream import Hub

log = structlog.get_logger(__name__)

_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics(Collector):
    """One node's registry; the process-wide default one would mix the nodes of a test."""

    def __init__(self, node: Node, hub: Hub) -> None:
        self._node = node
        self._hub = hub
        self._jobs: jobs.JobsStatus | None = None
        self._figures: list[Figure | Buckets] = []
        self._registry = CollectorRegistry()
        self.requests = Histogram(
            "stormbell_http_request_seconds",
            "Seconds until the response began",
            ("method", "route", "operation", "status"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        ProcessCollector(registry=self._registry)
        self._registry.register(self)

    async def text(self) -> bytes:
        """Return everything in the Prometheus text format; jobs are left out while the database does not answer."""
        try:
            self._jobs = await jobs.status(self._node)
        except Exception as error:  # noqa: BLE001  # metrics matter most when the database does not answer
            log.warning("no job metrics", error=f"{type(error).__name__}: {error}"[:300])
            self._jobs = None
        self._figures = await figures_of(self._node)
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """Yield what is read at the moment of asking."""
        node = self._node
        yield InfoMetricFamily("stormbell", "What runs", value={"version": VERSION, "node": node.name})
        yield GaugeMetricFamily("stormbell_event_loop_lag_seconds", "How late the loop answers", value=node.lag_seconds)
        yield from self._of_loops()
        yield GaugeMetricFamily("stormbell_event_readers", "Open event streams", value=len(self._hub.readers))
        yield CounterMetricFamily("stormbell_event_readers_slow", "Streams left behind", value=self._hub.slow_count)
        yield GaugeMetricFamily("stormbell_database_up", "Whether it answered", value=int(self._jobs is not None))
        if self._jobs is not None:
            yield from _of_jobs(self._jobs)
        writer = logs.active()
        if writer is not None:
            yield CounterMetricFamily("stormbell_log_records_written", "Written to disk", value=writer.written_count)
            yield CounterMetricFamily("stormbell_log_records_dropped", "Lost before disk", value=writer.dropped_count)
        if tracing.tracer is not None:
            line = tracing.tracer.line
            yield CounterMetricFamily("stormbell_trace_spans_sent", "Taken by the collector", value=line.sent_count)
            yield CounterMetricFamily("stormbell_trace_spans_lost", "Not taken, or no room", value=line.lost_count)
        yield from map(_family, self._figures)

    def _of_loops(self) -> Iterator[Metric]:
        labels = ("module", "loop")
        runs = CounterMetricFamily("stormbell_loop_runs", "Runs of a background loop", labels=labels)
        failures = CounterMetricFamily("stormbell_loop_failures", "Runs that raised", labels=labels)
        failing = GaugeMetricFamily("stormbell_loop_failing", "Failures in a row", labels=labels)
        for loop in self._node.loops:
            names = (loop.module, loop.name)
            runs.add_metric(names, loop.health.runs)
            failures.add_metric(names, loop.health.failures)
            failing.add_metric(names, loop.health.consecutive_failures)
        yield from (runs, failures, failing)


def _of_jobs(status: jobs.JobsStatus) -> Iterator[Metric]:
    count = GaugeMetricFamily("stormbell_jobs", "Jobs that have not ended", labels=("state",))
    for state in ("queued", "delayed", "held", "running"):
        count.add_metric((state,), getattr(status, state))
    yield count
    yield GaugeMetricFamily(
        "stormbell_jobs_oldest_seconds", "Age of the due job that waits longest", value=status.oldest_seconds or 0
    )


def _family(figure: Figure | Buckets) -> Metric:
    if isinstance(figure, Buckets):
        totals = list(accumulate(figure.counts))
        bounds = [*map(str, map(float, figure.bounds)), "+Inf"]
        buckets = list(zip(bounds, map(float, totals), strict=True))
        return HistogramMetricFamily(figure.name, figure.text, buckets=buckets, sum_value=figure.sum)
    kind: Any = CounterMetricFamily if figure.kind == "counter" else GaugeMetricFamily
    family = kind(figure.name, figure.text, labels=figure.labels)
    for values, number in figure.values.items():
        family.add_metric(values, number)
    whole: Metric = family
    return whole

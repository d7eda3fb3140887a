"""The spans of a node, as OpenTelemetry makes and sends them: gathered in memory, sent by a thread of their own.

Whatever becomes of the collector, nobody who makes a span waits or fails: what does not fit, or is not taken, is lost
and counted. Names and values follow OpenTelemetry's semantic conventions where there are any.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

import requests
import structlog
from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanLimits, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from app.kernel.log_records import CONTEXT_KEYS
from app.kernel.redaction import redact_text, register_secret
from app.kernel.tracing import TracingSettings, TracingUnavailable
from app.kernel.version import VERSION

log = structlog.get_logger(__name__)

Value = str | int | float | bool | None
Kind = Literal["server", "consumer", "internal"]

BATCH_SPANS = 512
CLOSE_SECONDS = 2.0
TEXT_CHARACTERS = 1_000
_KINDS = {"server": trace.SpanKind.SERVER, "consumer": trace.SpanKind.CONSUMER, "internal": trace.SpanKind.INTERNAL}
_OURS = frozenset({*CONTEXT_KEYS, "job_kind", "attempt", "outcome", "operation_id", "machine"})
_read = TraceContextTextMapPropagator().extract


class OpenSpan:
    """A span that has begun."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span
        self._has_ended = False

    @property
    def trace_id(self) -> str:
        """Return the trace's id, 32 hexadecimal digits."""
        return f"{self._span.get_span_context().trace_id:032x}"

    def rename(self, name: str) -> None:
        """Give the span the name that is known only now."""
        self._span.update_name(name)

    def set(self, name: str, value: Value) -> None:
        """Say something of the span; ``None`` says nothing."""
        if value is not None and not self._has_ended:
            self._span.set_attribute(_named(name), value)

    def set_work(self) -> None:
        """Say which incident, simulation and stage the records logged here are about."""
        bound = structlog.contextvars.get_contextvars()
        for name in CONTEXT_KEYS:
            self.set(name, bound.get(name))

    def fail(self, text: str) -> None:
        """Say that what the span stands for did not succeed, and why."""
        if not self._has_ended:
            self._span.set_status(trace.Status(trace.StatusCode.ERROR, text[:TEXT_CHARACTERS]))

    def end(self) -> None:
        """End the span before its block does. Once it has ended it does not change."""
        if not self._has_ended:
            self._has_ended = True
            self._span.end()


class Tracer:
    """What makes spans, from the start of a node to its stop."""

    def __init__(self, settings: TracingSettings, *, node_name: str, boot_id: str) -> None:
        """Raises TracingUnavailable for headers that cannot be read."""
        assert settings.endpoint is not None
        self.line = SpanLine(
            _Bare(_exporter(settings)), every_seconds=settings.send_every_seconds, queue_count=settings.queue_count
        )
        resource = {"service.name": "stormbell", "service.version": VERSION}
        resource |= {"service.instance.id": boot_id, "host.name": node_name}
        self._provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(settings.sample_ratio)),
            resource=Resource(resource),
            shutdown_on_exit=False,
            span_limits=SpanLimits(max_span_attributes=64, max_span_attribute_length=TEXT_CHARACTERS),
        )
        self._provider.add_span_processor(self.line)
        self._tracer = self._provider.get_tracer("stormbell", VERSION)

    def here(self) -> str | None:
        """Return the context of the span at hand as a ``traceparent``, also of one that is not sent."""
        at = trace.get_current_span().get_span_context()
        return f"00-{at.trace_id:032x}-{at.span_id:016x}-{at.trace_flags:02x}" if at.is_valid else None

    @contextmanager
    def span(
        self, name: str, kind: Kind, *, parent: str | None = None, attributes: Mapping[str, Value] | None = None
    ) -> Iterator[OpenSpan]:
        """Be in a span for as long as the block lasts; what leaves it as an exception makes it a failed one.

        ``parent`` is a ``traceparent``; without one, or with none that can be read, a trace begins.
        """
        span = self._tracer.start_span(name, _context_of(parent), _KINDS[kind], _attributes(attributes))
        token = otel_context.attach(trace.set_span_in_context(span))
        found = OpenSpan(span)
        try:
            yield found
        except Exception as error:
            found.fail(f"{type(error).__name__}: {error}")
            raise
        finally:
            otel_context.detach(token)
            found.end()

    @contextmanager
    def within(self, context: str | None) -> Iterator[None]:
        """Be in the span a ``traceparent`` names, unless one is at hand already."""
        if context is None or self.here() is not None:
            yield
            return
        token = otel_context.attach(_context_of(context))
        try:
            yield
        finally:
            otel_context.detach(token)

    def tell(
        self,
        name: str,
        *,
        parent: str | None,
        began_at: datetime,
        ended_at: datetime,
        attributes: Mapping[str, Value],
        failure: str | None = None,
    ) -> None:
        """Make a span of something that is over and was not in this process's hands."""
        span = self._tracer.start_span(
            name,
            _context_of(parent),
            trace.SpanKind.INTERNAL,
            _attributes(attributes),
            start_time=_nanoseconds(began_at),
        )
        if failure is not None:
            OpenSpan(span).fail(failure)
        span.end(_nanoseconds(max(began_at, ended_at)))

    def close(self) -> None:
        """Send what is waiting, for two seconds at most. Blocks."""
        self.line.shutdown()


class SpanLine(SpanProcessor):  # type: ignore[misc]  # OpenTelemetry is not seen by mypy
    """A bounded queue of ended spans and the one thread that sends them.

    OpenTelemetry's own logs every span that does not fit, and takes 30 s to stop before a collector that hangs.
    """

    def __init__(self, exporter: SpanExporter, *, every_seconds: float, queue_count: int) -> None:
        self._exporter = exporter
        self._every_seconds = every_seconds
        self._queue_count = queue_count
        self._queue: deque[ReadableSpan] = deque()  # append and popleft are atomic
        self._wake = threading.Event()
        self._waiting: deque[threading.Event] = deque()
        self._ending = False
        self._give_up_at = float("inf")
        self.trouble = False
        self.sent_count = 0
        self.lost_count = 0
        self._thread = threading.Thread(target=self._serve, name="traces", daemon=True)
        self._thread.start()

    def on_start(self, span: Span, parent_context: otel_context.Context | None = None) -> None:
        """Nothing: a span is worth sending once it has ended."""

    def on_end(self, span: ReadableSpan) -> None:
        """Queue a span, or count it as lost. Never waits."""
        if span.context is None or not span.context.trace_flags.sampled:
            return
        if len(self._queue) >= self._queue_count or self._ending:
            self.lost_count += 1
            return
        self._queue.append(span)
        if len(self._queue) == BATCH_SPANS:
            self._wake.set()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Wait until what has ended was sent or lost; say whether it was in time."""
        tried = threading.Event()
        self._waiting.append(tried)
        self._wake.set()
        return tried.wait(timeout_millis / 1000)

    def shutdown(self) -> None:
        """Send what waits, and leave the thread behind when that takes longer than two seconds."""
        self._ending, self._give_up_at = True, time.monotonic() + CLOSE_SECONDS
        self._wake.set()
        self._thread.join(CLOSE_SECONDS)
        self._exporter.shutdown()  # ends its waiting for another try

    def _serve(self) -> None:
        while not self._ending:
            self._wake.wait(self._every_seconds)
            self._wake.clear()
            waiting = [self._waiting.popleft() for _ in range(len(self._waiting))]
            self._send()
            for tried in waiting:
                tried.set()
        self._send()

    def _send(self) -> None:
        left = len(self._queue)
        while left > 0 and time.monotonic() < self._give_up_at:
            batch = [self._queue.popleft() for _ in range(min(left, BATCH_SPANS))]
            left -= len(batch)
            try:
                taken = self._exporter.export(batch) is SpanExportResult.SUCCESS
            except Exception as error:  # noqa: BLE001  # whatever a collector answers, the thread has to go on
                log.warning("traces cannot be sent", error=f"{type(error).__name__}: {error}"[:300])
                taken = False
            self._count(len(batch), taken=taken)

    def _count(self, count: int, *, taken: bool) -> None:
        if taken:
            self.sent_count += count
        else:
            self.lost_count += count
        if taken is self.trouble:  # it has changed
            self.trouble = not taken
            if taken:
                log.info("traces are taken again", lost_count=self.lost_count)
            else:
                log.warning("traces are not taken by the collector; spans are lost until they are")


class _Bare(SpanExporter):  # type: ignore[misc]  # OpenTelemetry is not seen by mypy
    """Takes known secrets out of all that is text before it leaves. In the sending thread."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._exporter.export([_without_secrets(span) for span in spans])

    def shutdown(self) -> None:
        self._exporter.shutdown()


def _without_secrets(span: ReadableSpan) -> ReadableSpan:
    said = span.attributes or {}
    status = span.status
    return ReadableSpan(
        name=redact_text(span.name),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes={name: redact_text(value) if isinstance(value, str) else value for name, value in said.items()},
        kind=span.kind,
        instrumentation_scope=span.instrumentation_scope,
        status=trace.Status(status.status_code, redact_text(status.description)) if status.description else status,
        start_time=span.start_time,
        end_time=span.end_time,
    )


def _exporter(settings: TracingSettings) -> OTLPSpanExporter:
    # Its failures are told once, when they begin and when they end, by SpanLine.
    logging.getLogger("opentelemetry.exporter").setLevel(logging.CRITICAL)
    session = requests.Session()
    session.trust_env = False  # no proxy and no .netrc nobody set here
    session.max_redirects = 0  # headers are for the collector, not for where it points
    return OTLPSpanExporter(
        endpoint=settings.endpoint,
        headers=_headers(settings.headers_file),
        timeout=settings.timeout_seconds,
        compression=Compression.Gzip,
        session=session,
    )


def _headers(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        lines = [line for line in path.read_text().splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise TracingUnavailable(f"tracing.headers_file {path} cannot be read: {error}") from error
    found = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise TracingUnavailable(f"tracing.headers_file {path} has a line without a colon")
        found[name.strip()] = value.strip()
        register_secret(value.strip().removeprefix("Bearer ").strip())
    return found


def _context_of(parent: str | None) -> otel_context.Context:
    """Return what a ``traceparent`` names: nothing, when it cannot be read; without one, what is at hand."""
    return otel_context.get_current() if parent is None else _read({"traceparent": parent}, otel_context.Context())


def _attributes(said: Mapping[str, Value] | None) -> dict[str, str | int | float | bool]:
    return {_named(name): value for name, value in (said or {}).items() if value is not None}


def _named(name: str) -> str:
    return f"stormbell.{name}" if name in _OURS else name


def _nanoseconds(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000) * 1_000

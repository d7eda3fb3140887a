"""Traces: which request, job and simulation made which. Off unless ``tracing.endpoint`` is set; then it costs nothing.

This is the seam: app.kernel.tracing_otel, which needs OpenTelemetry (extra ``otel``), is imported only when it is set.
A context travels as the text of a W3C ``traceparent`` header, in a request as in the row of a job.
"""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from app.kernel.errors import StartProblem

if TYPE_CHECKING:
    from app.kernel.tracing_otel import Tracer


class TracingSettings(BaseModel):
    """Where traces go."""

    model_config = ConfigDict(extra="forbid")
    endpoint: str | None = Field(
        None,
        pattern="^https?://",
        description="URL that takes traces as OTLP/HTTP, such as http://collector:4318/v1/traces; unset: none are made",
    )
    headers_file: Path | None = Field(None, description="File with a header a line, such as Authorization: Bearer …")
    sample_ratio: float = Field(
        1.0, ge=0, le=1, description="Share of the traces begun here that are sent; one begun elsewhere says so itself"
    )
    timeout_seconds: float = Field(10.0, gt=0, le=120, description="For one batch, all its tries included")
    send_every_seconds: float = Field(2.0, gt=0, le=60, description="How long ended spans are gathered at most")
    queue_count: int = Field(8192, ge=512, description="Spans that wait in memory at most; more are lost and counted")


class TracingUnavailable(StartProblem):
    """Traces are asked for and cannot be made; the message says why."""


# Read where a request or a job begins: a module's global is all that tracing costs while it is off.
tracer: "Tracer | None" = None


def configure(settings: TracingSettings, *, node_name: str, boot_id: str) -> None:
    """Begin to make traces when the settings say so. Raises TracingUnavailable."""
    global tracer
    close()
    if settings.endpoint is None:
        return
    try:
        from app.kernel.tracing_otel import Tracer
    except ImportError as error:
        raise TracingUnavailable(
            f"tracing.endpoint is set and {error.name} is not installed: pip install 'stormbell[otel]'"
        ) from error
    tracer = Tracer(settings, node_name=node_name, boot_id=boot_id)


def close() -> None:
    """Send what is waiting, for a moment at most, and make no more traces. Blocks; call it in a thread."""
    global tracer
    ended, tracer = tracer, None
    if ended is not None:
        ended.close()


def within(context: str | None) -> AbstractContextManager[None]:
    """Return a block whose work is part of ``context``, unless a span is at hand already."""
    return nullcontext() if tracer is None else tracer.within(context)


def here() -> str | None:
    """Return the context of the work at hand as a ``traceparent``; ``None`` when there is none."""
    return None if tracer is None else tracer.here()

"""An attempt as a span: it hangs on the request, job or simulation that made the job, on whichever node that was."""

from typing import TYPE_CHECKING

import structlog

from app.modules.jobs.running import Ended, Outcome, Running, run

if TYPE_CHECKING:
    from app.kernel.node import Node
    from app.kernel.tracing_otel import Tracer


async def traced(running: Running, node: "Node", tracer: "Tracer") -> Outcome | None:
    """Run the handler as :func:`run` does, in a span."""
    attributes: dict[str, str | int | float | bool | None] = {
        "job_id": running.job_id,
        "job_kind": running.kind.name,
        "attempt": running.attempt,
    }
    with tracer.span(f"job {running.kind.name}", "consumer", parent=running.trace, attributes=attributes) as span:
        structlog.contextvars.bind_contextvars(trace_id=span.trace_id)
        outcome = await run(running, node)
        span.set("incident_id", running.incident_id)
        span.set("simulation_id", running.simulation_id)
        if outcome is not None:
            result = outcome.state if isinstance(outcome, Ended) else outcome.outcome
            span.set("outcome", result)
            if result in ("failed", "timed_out"):
                span.fail(outcome.error or result)
        span.set_work()
        return outcome

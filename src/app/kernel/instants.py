"""Times in requests: written out, with their zone."""

from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator


def _is_written_out(value: Any) -> Any:
    # Pydantic also takes 0.5, or "0.5" in a query, for a moment in 1970, which nobody who writes that means.
    if isinstance(value, int | float) or (isinstance(value, str) and value.strip(" +-.0123456789eE_") == ""):
        raise ValueError("Write the time out with its zone, such as 2026-11-22T08:00:00Z")
    return value


WrittenOut = BeforeValidator(_is_written_out)
Instant = Annotated[AwareDatetime, WrittenOut]

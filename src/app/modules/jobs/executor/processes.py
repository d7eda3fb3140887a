"""Processes for handlers that compute for long or may crash: one job at a time each, kept for the next."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from app.modules.jobs.signatures import Signature

if TYPE_CHECKING:
    from app.modules.jobs.attempt import Attempt


def runner(kind: str, handler: Callable[..., Any], signature: Signature) -> Callable[["Attempt", Any], Awaitable[Any]]:
    """Return what runs ``handler`` in a process of the attempt's node."""
    raise NotImplementedError(f"{kind}, {handler}, {signature}")

"""Facts about jobs worth telling; ordinary progress is its own record, in ``finished_jobs``."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.bus import Event


@dataclass(frozen=True, kw_only=True)
class JobQuarantined(Event):
    """A job was set aside because its attempts took their node with them."""

    type: ClassVar[str] = "job.quarantined"
    kind: str
    lost_count: int

    def text(self) -> str:
        """Say it."""
        return f"A {self.kind} job was quarantined after {self.lost_count} attempts whose node vanished"

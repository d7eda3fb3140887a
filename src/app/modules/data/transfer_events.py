"""Facts about transfers."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.bus import Event


@dataclass(frozen=True, kw_only=True)
class TransferEnded(Event):
    """A transfer is complete, failed or was cancelled."""

    type: ClassVar[str] = "transfer.ended"
    kind: str
    state: str
    dataset_id: str | None
    bytes: int
    seconds: float | None
    error: str | None

    def text(self) -> str:
        """Say it."""
        how = {"complete": "is complete", "cancelled": "was cancelled"}.get(self.state, f"failed: {self.error}")
        return f"Transfer ({self.kind}) {how}"

"""Facts about data."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.bus import Event


@dataclass(frozen=True, kw_only=True)
class DatasetRegistered(Event):
    """A data set became available."""

    type: ClassVar[str] = "dataset.registered"
    name: str
    media_type: str
    bytes: int
    role: str | None
    simulation_id: str | None
    stage: str | None

    def text(self) -> str:
        """Say it."""
        return f"Data set {self.name} registered"

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


@dataclass(frozen=True, kw_only=True)
class DatasetChanged(Event):
    """Something else is said of a data set."""

    type: ClassVar[str] = "dataset.changed"
    name: str
    changed: list[str]

    def text(self) -> str:
        """Say it."""
        return f"Data set {self.name} changed: {', '.join(self.changed)}"


@dataclass(frozen=True, kw_only=True)
class DatasetDeleted(Event):
    """A data set was deleted: hidden at once, its bytes are erased later."""

    type: ClassVar[str] = "dataset.deleted"
    name: str

    def text(self) -> str:
        """Say it."""
        return f"Data set {self.name} deleted"


@dataclass(frozen=True, kw_only=True)
class DatasetRestored(Event):
    """A deleted data set is there again."""

    type: ClassVar[str] = "dataset.restored"
    name: str

    def text(self) -> str:
        """Say it."""
        return f"Data set {self.name} restored"


@dataclass(frozen=True, kw_only=True)
class DatasetErased(Event):
    """The bytes of a deleted data set are gone."""

    type: ClassVar[str] = "dataset.erased"
    name: str

    def text(self) -> str:
        """Say it."""
        return f"Data set {self.name} erased"

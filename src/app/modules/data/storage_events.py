"""Facts about storages."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.bus import Event


@dataclass(frozen=True, kw_only=True)
class StorageChanged(Event):
    """A storage was registered, changed or removed, or began or ceased to answer."""

    type: ClassVar[str] = "storage.changed"
    name: str
    change: str

    def text(self) -> str:
        """Say it."""
        return f"Storage {self.name} {self.change}"

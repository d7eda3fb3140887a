"""Facts about machines."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.bus import Event


@dataclass(frozen=True, kw_only=True)
class MachineChanged(Event):
    """A machine was enabled, disabled, cordoned or uncordoned, or began or ceased to answer."""

    type: ClassVar[str] = "machine.changed"
    name: str
    change: str

    def text(self) -> str:
        """Say it."""
        return f"Machine {self.name} {self.change}"

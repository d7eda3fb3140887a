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


@dataclass(frozen=True, kw_only=True)
class MachineLoginChanged(Event):
    """A login to a machine asks a person, was answered, or ended; what is asked and answered is not in it."""

    type: ClassVar[str] = "machine.login_changed"
    name: str
    login_id: str
    login_state: str
    change: str

    def text(self) -> str:
        """Say it."""
        return f"Machine {self.name} {self.change}"

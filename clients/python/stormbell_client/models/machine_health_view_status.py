from enum import StrEnum

class MachineHealthViewStatus(StrEnum):
    DEGRADED = "degraded"
    OFF = "off"
    OK = "ok"
    UNKNOWN = "unknown"

    def __str__(self) -> str:
        return str(self.value)

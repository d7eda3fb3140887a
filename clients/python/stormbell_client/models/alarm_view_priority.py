from enum import StrEnum

class AlarmViewPriority(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    LOW = "low"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class IncidentViewOutcomeType0(StrEnum):
    ACTIVE = "active"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"
    COMPLETE = "complete"
    COMPLETING = "completing"
    ERROR = "error"
    PENDING = "pending"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class IncidentBulkStateItem(StrEnum):
    ACTIVE = "active"
    COMPLETING = "completing"
    PENDING = "pending"

    def __str__(self) -> str:
        return str(self.value)

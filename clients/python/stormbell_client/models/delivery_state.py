from enum import StrEnum

class DeliveryState(StrEnum):
    DELIVERED = "delivered"
    IGNORED = "ignored"
    QUARANTINED = "quarantined"
    QUEUED = "queued"

    def __str__(self) -> str:
        return str(self.value)

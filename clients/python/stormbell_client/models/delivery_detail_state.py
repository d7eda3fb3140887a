from enum import StrEnum

class DeliveryDetailState(StrEnum):
    DELIVERED = "delivered"
    IGNORED = "ignored"
    QUARANTINED = "quarantined"
    QUEUED = "queued"

    def __str__(self) -> str:
        return str(self.value)

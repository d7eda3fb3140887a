from enum import StrEnum

class QueueState(StrEnum):
    ACTIVE = "active"
    DRAINING = "draining"
    PAUSED = "paused"

    def __str__(self) -> str:
        return str(self.value)

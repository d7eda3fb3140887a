from enum import StrEnum

class TransferState(StrEnum):
    CANCELLED = "cancelled"
    COMPLETE = "complete"
    COMPLETING = "completing"
    FAILED = "failed"
    PLANNED = "planned"
    RUNNING = "running"
    WAITING = "waiting"

    def __str__(self) -> str:
        return str(self.value)

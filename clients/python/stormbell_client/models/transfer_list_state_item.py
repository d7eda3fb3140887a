from enum import StrEnum

class TransferListStateItem(StrEnum):
    CANCELLED = "cancelled"
    COMPLETE = "complete"
    COMPLETING = "completing"
    FAILED = "failed"
    RUNNING = "running"
    WAITING = "waiting"

    def __str__(self) -> str:
        return str(self.value)

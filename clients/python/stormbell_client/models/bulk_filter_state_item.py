from enum import StrEnum

class BulkFilterStateItem(StrEnum):
    CANCELLED = "cancelled"
    FAILED = "failed"
    QUARANTINED = "quarantined"
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    TIMED_OUT = "timed_out"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class SimulationViewState(StrEnum):
    CANCELLED = "cancelled"
    COMPLETING = "completing"
    CREATED = "created"
    FAILED = "failed"
    LOST = "lost"
    PREPARED = "prepared"
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    TIMED_OUT = "timed_out"
    UNKNOWN = "unknown"

    def __str__(self) -> str:
        return str(self.value)

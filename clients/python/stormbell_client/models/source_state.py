from enum import StrEnum

class SourceState(StrEnum):
    FAILING = "failing"
    PAUSED = "paused"
    POLLING = "polling"
    WAITING = "waiting"

    def __str__(self) -> str:
        return str(self.value)

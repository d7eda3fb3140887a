from enum import StrEnum

class RaceWinsOn(StrEnum):
    RUNNING = "running"
    SUCCEEDED = "succeeded"

    def __str__(self) -> str:
        return str(self.value)

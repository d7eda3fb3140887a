from enum import StrEnum

class SimulationResolveBecame(StrEnum):
    FAILED = "failed"
    LOST = "lost"
    REPEAT = "repeat"
    SUCCEEDED = "succeeded"

    def __str__(self) -> str:
        return str(self.value)

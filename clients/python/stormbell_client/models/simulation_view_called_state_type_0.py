from enum import StrEnum

class SimulationViewCalledStateType0(StrEnum):
    ENDED = "ended"
    RUNNING = "running"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class SimulationGroupViewWinsOnType0(StrEnum):
    RUNNING = "running"
    SUCCEEDED = "succeeded"

    def __str__(self) -> str:
        return str(self.value)

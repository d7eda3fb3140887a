from enum import StrEnum

class SimulationGroupViewKind(StrEnum):
    INSTANCES = "instances"
    RACE = "race"

    def __str__(self) -> str:
        return str(self.value)

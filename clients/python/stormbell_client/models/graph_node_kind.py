from enum import StrEnum

class GraphNodeKind(StrEnum):
    DATASET = "dataset"
    DELIVERY = "delivery"
    INCIDENT = "incident"
    ORIGIN = "origin"
    PERSON = "person"
    SIMULATION = "simulation"
    SOURCE = "source"
    STAGE = "stage"

    def __str__(self) -> str:
        return str(self.value)

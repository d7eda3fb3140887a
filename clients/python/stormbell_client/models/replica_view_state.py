from enum import StrEnum

class ReplicaViewState(StrEnum):
    DAMAGED = "damaged"
    MISSING = "missing"
    PRESENT = "present"

    def __str__(self) -> str:
        return str(self.value)

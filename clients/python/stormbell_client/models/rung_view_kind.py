from enum import StrEnum

class RungViewKind(StrEnum):
    PREEMPT = "preempt"
    RESERVATION = "reservation"
    URGENT = "urgent"

    def __str__(self) -> str:
        return str(self.value)

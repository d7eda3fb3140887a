from enum import StrEnum

class MachineViewState(StrEnum):
    ANSWERS = "answers"
    PENDING = "pending"
    UNREACHABLE = "unreachable"

    def __str__(self) -> str:
        return str(self.value)

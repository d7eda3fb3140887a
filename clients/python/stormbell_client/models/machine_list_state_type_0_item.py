from enum import StrEnum

class MachineListStateType0Item(StrEnum):
    ANSWERS = "answers"
    PENDING = "pending"
    UNREACHABLE = "unreachable"

    def __str__(self) -> str:
        return str(self.value)

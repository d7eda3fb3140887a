from enum import StrEnum

class StorageTriedState(StrEnum):
    ANSWERS = "answers"
    PENDING = "pending"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"

    def __str__(self) -> str:
        return str(self.value)

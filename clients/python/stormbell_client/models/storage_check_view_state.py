from enum import StrEnum

class StorageCheckViewState(StrEnum):
    ANSWERS = "answers"
    PENDING = "pending"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class StorageViewState(StrEnum):
    ANSWERS = "answers"
    PENDING = "pending"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class AlarmViewState(StrEnum):
    ACKNOWLEDGED = "acknowledged"
    GONE = "gone"
    NEW = "new"
    SHELVED = "shelved"

    def __str__(self) -> str:
        return str(self.value)

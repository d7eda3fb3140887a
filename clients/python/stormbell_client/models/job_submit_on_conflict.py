from enum import StrEnum

class JobSubmitOnConflict(StrEnum):
    DROP = "drop"
    REPLACE = "replace"
    WAIT = "wait"

    def __str__(self) -> str:
        return str(self.value)

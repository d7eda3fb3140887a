from enum import StrEnum

class JobBatchState(StrEnum):
    FINISHED = "finished"
    OPEN = "open"
    SEALED = "sealed"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class JobKindViewExecutor(StrEnum):
    LOOP = "loop"
    PROCESS = "process"
    THREAD = "thread"

    def __str__(self) -> str:
        return str(self.value)

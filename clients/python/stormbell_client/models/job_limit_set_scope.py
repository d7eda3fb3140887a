from enum import StrEnum

class JobLimitSetScope(StrEnum):
    KEY = "key"
    KIND = "kind"
    QUEUE = "queue"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class JobLimitRemoveScope(StrEnum):
    KEY = "key"
    KIND = "kind"
    QUEUE = "queue"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class DeepPingViewStatus(StrEnum):
    ERROR = "error"
    OK = "ok"
    PARTIAL = "partial"

    def __str__(self) -> str:
        return str(self.value)

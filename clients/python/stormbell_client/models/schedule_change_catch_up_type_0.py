from enum import StrEnum

class ScheduleChangeCatchUpType0(StrEnum):
    ALL = "all"
    LATEST = "latest"
    NONE = "none"

    def __str__(self) -> str:
        return str(self.value)

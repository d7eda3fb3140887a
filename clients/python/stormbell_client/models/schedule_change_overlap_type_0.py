from enum import StrEnum

class ScheduleChangeOverlapType0(StrEnum):
    ALLOW = "allow"
    SKIP = "skip"
    WAIT = "wait"

    def __str__(self) -> str:
        return str(self.value)

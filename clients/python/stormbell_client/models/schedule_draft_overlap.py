from enum import StrEnum

class ScheduleDraftOverlap(StrEnum):
    ALLOW = "allow"
    SKIP = "skip"
    WAIT = "wait"

    def __str__(self) -> str:
        return str(self.value)

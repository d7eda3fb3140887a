from enum import StrEnum

class ScheduleRunSkippedType0(StrEnum):
    MISSED = "missed"
    OVERLAP = "overlap"
    REFUSED = "refused"

    def __str__(self) -> str:
        return str(self.value)

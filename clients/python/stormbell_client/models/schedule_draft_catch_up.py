from enum import StrEnum

class ScheduleDraftCatchUp(StrEnum):
    ALL = "all"
    LATEST = "latest"
    NONE = "none"

    def __str__(self) -> str:
        return str(self.value)

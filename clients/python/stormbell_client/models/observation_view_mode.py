from enum import StrEnum

class ObservationViewMode(StrEnum):
    LIVE = "live"
    MANUAL = "manual"
    PERIODIC = "periodic"

    def __str__(self) -> str:
        return str(self.value)

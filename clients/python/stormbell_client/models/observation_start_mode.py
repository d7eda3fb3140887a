from enum import StrEnum

class ObservationStartMode(StrEnum):
    LIVE = "live"
    MANUAL = "manual"
    PERIODIC = "periodic"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class ObservationChangeModeType0(StrEnum):
    LIVE = "live"
    MANUAL = "manual"
    PERIODIC = "periodic"

    def __str__(self) -> str:
        return str(self.value)

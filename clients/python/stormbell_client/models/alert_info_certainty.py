from enum import StrEnum

class AlertInfoCertainty(StrEnum):
    LIKELY = "Likely"
    OBSERVED = "Observed"
    POSSIBLE = "Possible"
    UNKNOWN = "Unknown"
    UNLIKELY = "Unlikely"

    def __str__(self) -> str:
        return str(self.value)

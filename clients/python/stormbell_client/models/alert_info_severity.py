from enum import StrEnum

class AlertInfoSeverity(StrEnum):
    EXTREME = "Extreme"
    MINOR = "Minor"
    MODERATE = "Moderate"
    SEVERE = "Severe"
    UNKNOWN = "Unknown"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class AlertInfoUrgency(StrEnum):
    EXPECTED = "Expected"
    FUTURE = "Future"
    IMMEDIATE = "Immediate"
    PAST = "Past"
    UNKNOWN = "Unknown"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class AlertInfoScope(StrEnum):
    PRIVATE = "Private"
    PUBLIC = "Public"
    RESTRICTED = "Restricted"

    def __str__(self) -> str:
        return str(self.value)

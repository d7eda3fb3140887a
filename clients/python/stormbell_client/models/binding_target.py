from enum import StrEnum

class BindingTarget(StrEnum):
    CORRELATE = "correlate"
    OPEN = "open"
    STAGE = "stage"

    def __str__(self) -> str:
        return str(self.value)

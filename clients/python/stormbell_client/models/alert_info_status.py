from enum import StrEnum

class AlertInfoStatus(StrEnum):
    ACTUAL = "Actual"
    DRAFT = "Draft"
    EXERCISE = "Exercise"
    TEST = "Test"

    def __str__(self) -> str:
        return str(self.value)

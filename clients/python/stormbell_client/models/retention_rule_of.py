from enum import StrEnum

class RetentionRuleOf(StrEnum):
    EVERYBODY = "everybody"
    HOUSE = "house"

    def __str__(self) -> str:
        return str(self.value)

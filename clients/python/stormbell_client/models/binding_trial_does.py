from enum import StrEnum

class BindingTrialDoes(StrEnum):
    FAILS = "fails"
    NOTHING = "nothing"
    OPENS = "opens"
    SENDS = "sends"

    def __str__(self) -> str:
        return str(self.value)

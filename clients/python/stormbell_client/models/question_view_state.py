from enum import StrEnum

class QuestionViewState(StrEnum):
    ANSWERED = "answered"
    ASKED = "asked"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"

    def __str__(self) -> str:
        return str(self.value)

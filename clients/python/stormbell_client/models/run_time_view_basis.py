from enum import StrEnum

class RunTimeViewBasis(StrEnum):
    ELSEWHERE = "elsewhere"
    HERE = "here"
    WALLTIME = "walltime"

    def __str__(self) -> str:
        return str(self.value)

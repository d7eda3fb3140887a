from enum import StrEnum

class QuantilesViewBasis(StrEnum):
    GUESS = "guess"
    LEARNED = "learned"
    SIMILAR = "similar"
    TOLD = "told"

    def __str__(self) -> str:
        return str(self.value)

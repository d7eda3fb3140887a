from enum import StrEnum

class QuantilesViewBasis(StrEnum):
    GUESS = "guess"
    LEARNED = "learned"
    SIMILAR = "similar"

    def __str__(self) -> str:
        return str(self.value)

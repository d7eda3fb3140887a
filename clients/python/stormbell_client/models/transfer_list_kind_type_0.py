from enum import StrEnum

class TransferListKindType0(StrEnum):
    COPY = "copy"
    MOVE = "move"
    REPLICATE = "replicate"
    VERIFY = "verify"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class TransferCreateKind(StrEnum):
    COPY = "copy"
    MOVE = "move"
    REPLICATE = "replicate"
    VERIFY = "verify"

    def __str__(self) -> str:
        return str(self.value)

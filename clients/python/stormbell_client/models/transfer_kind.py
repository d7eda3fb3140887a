from enum import StrEnum

class TransferKind(StrEnum):
    COPY = "copy"
    MOVE = "move"
    REPLICATE = "replicate"
    VERIFY = "verify"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class CopyCreateKind(StrEnum):
    COPY = "copy"
    MOVE = "move"
    REPLICATE = "replicate"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class SourceKeysItem(StrEnum):
    SIGNATURE = "signature"
    TOKEN = "token"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class SourceKeyWantedKind(StrEnum):
    SIGNATURE = "signature"
    TOKEN = "token"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class ShareViewLevel(StrEnum):
    ACT = "act"
    VIEW = "view"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class ShareSetLevel(StrEnum):
    ACT = "act"
    VIEW = "view"

    def __str__(self) -> str:
        return str(self.value)

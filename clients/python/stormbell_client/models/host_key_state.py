from enum import StrEnum

class HostKeyState(StrEnum):
    SHOWN = "shown"
    TRUSTED = "trusted"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class PasswordSetOtherWaysType0(StrEnum):
    KEEP = "keep"
    REMOVE = "remove"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class PasswordResetRedeemOtherWaysType0(StrEnum):
    KEEP = "keep"
    REMOVE = "remove"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class IdentityViewSort(StrEnum):
    PASSKEY = "passkey"
    PROVIDER = "provider"

    def __str__(self) -> str:
        return str(self.value)

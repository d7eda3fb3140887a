from enum import StrEnum

class CredentialStatus(StrEnum):
    EXPIRED = "expired"
    READY = "ready"
    REAUTH_REQUIRED = "reauth_required"

    def __str__(self) -> str:
        return str(self.value)

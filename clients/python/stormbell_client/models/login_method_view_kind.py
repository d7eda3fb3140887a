from enum import StrEnum

class LoginMethodViewKind(StrEnum):
    FORM = "form"
    PASSKEY = "passkey"
    REDIRECT = "redirect"

    def __str__(self) -> str:
        return str(self.value)

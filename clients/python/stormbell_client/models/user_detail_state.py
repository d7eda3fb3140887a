from enum import StrEnum

class UserDetailState(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"
    WAITING = "waiting"

    def __str__(self) -> str:
        return str(self.value)

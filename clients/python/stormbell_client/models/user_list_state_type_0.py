from enum import StrEnum

class UserListStateType0(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"
    WAITING = "waiting"

    def __str__(self) -> str:
        return str(self.value)

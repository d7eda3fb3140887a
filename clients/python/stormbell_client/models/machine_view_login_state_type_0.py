from enum import StrEnum

class MachineViewLoginStateType0(StrEnum):
    ANSWERED = "answered"
    ASKED = "asked"
    CONNECTED = "connected"
    CONNECTING = "connecting"
    ENDED = "ended"
    EXPIRED = "expired"
    REFUSED = "refused"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class TransferCreateEngine(StrEnum):
    OWN = "own"
    RCLONE = "rclone"

    def __str__(self) -> str:
        return str(self.value)

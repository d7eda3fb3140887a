from enum import StrEnum

class VaultKeyState(StrEnum):
    COMING = "coming"
    REPLACED = "replaced"
    RETIRED = "retired"
    SEALING = "sealing"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class SoftwareListStateType0Item(StrEnum):
    FAILED = "failed"
    GONE = "gone"
    INSTALLED = "installed"
    INSTALLING = "installing"

    def __str__(self) -> str:
        return str(self.value)

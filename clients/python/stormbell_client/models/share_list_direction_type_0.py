from enum import StrEnum

class ShareListDirectionType0(StrEnum):
    BY_ME = "by_me"
    WITH_ME = "with_me"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class AllocationGrantSubjectKind(StrEnum):
    GROUP = "group"
    USER = "user"

    def __str__(self) -> str:
        return str(self.value)

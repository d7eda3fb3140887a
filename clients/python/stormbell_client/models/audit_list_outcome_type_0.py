from enum import StrEnum

class AuditListOutcomeType0(StrEnum):
    DONE = "done"
    REFUSED = "refused"

    def __str__(self) -> str:
        return str(self.value)

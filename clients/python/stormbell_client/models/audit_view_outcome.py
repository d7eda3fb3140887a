from enum import StrEnum

class AuditViewOutcome(StrEnum):
    DONE = "done"
    REFUSED = "refused"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class AuditFaultKind(StrEnum):
    CHANGED = "changed"
    DELETED = "deleted"
    INSERTED = "inserted"
    OTHER_HEAD = "other_head"
    REORDERED = "reordered"
    START_UNKNOWN = "start_unknown"

    def __str__(self) -> str:
        return str(self.value)

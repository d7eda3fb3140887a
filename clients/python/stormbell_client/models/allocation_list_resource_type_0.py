from enum import StrEnum

class AllocationListResourceType0(StrEnum):
    BYTES = "bytes"
    CORE_HOURS = "core_hours"
    LEASES = "leases"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class AllocationGrantResource(StrEnum):
    BYTES = "bytes"
    CORE_HOURS = "core_hours"
    LEASES = "leases"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class PerformanceViewSourceType0(StrEnum):
    ACCOUNTING = "accounting"
    RUN = "run"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class UsageViewSource(StrEnum):
    ACCOUNTING = "accounting"
    RUN = "run"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class WaitModelViewSource(StrEnum):
    JOBS = "jobs"
    RUNS = "runs"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class WorkflowTestViewResult(StrEnum):
    FAILED = "failed"
    PASSED = "passed"
    RUNNING = "running"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum

class WorkflowViewState(StrEnum):
    BROKEN = "broken"
    LOADED = "loaded"

    def __str__(self) -> str:
        return str(self.value)

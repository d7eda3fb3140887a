from enum import StrEnum

class NodeListStateItem(StrEnum):
    DEAD = "dead"
    INITIALIZING = "initializing"
    PAUSED = "paused"
    WAITING = "waiting"
    WORKING = "working"

    def __str__(self) -> str:
        return str(self.value)

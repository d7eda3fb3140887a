from enum import StrEnum

class NodeLoopViewState(StrEnum):
    BACKING_OFF = "backing_off"
    RUNNING = "running"
    STOPPED = "stopped"
    WAITING = "waiting"

    def __str__(self) -> str:
        return str(self.value)

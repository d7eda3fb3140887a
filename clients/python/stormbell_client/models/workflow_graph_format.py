from enum import StrEnum

class WorkflowGraphFormat(StrEnum):
    DOT = "dot"
    JSON = "json"
    PNG = "png"
    SVG = "svg"

    def __str__(self) -> str:
        return str(self.value)

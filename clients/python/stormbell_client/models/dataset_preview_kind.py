from enum import StrEnum

class DatasetPreviewKind(StrEnum):
    FIELD = "field"
    IMAGE = "image"
    NONE = "none"
    TABLE = "table"
    VIDEO = "video"

    def __str__(self) -> str:
        return str(self.value)

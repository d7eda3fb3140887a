from enum import StrEnum

class PublicationMakeKind(StrEnum):
    ALERT = "alert"
    ITEM = "item"
    PAGE = "page"

    def __str__(self) -> str:
        return str(self.value)

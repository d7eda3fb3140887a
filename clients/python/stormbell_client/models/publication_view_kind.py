from enum import StrEnum

class PublicationViewKind(StrEnum):
    ALERT = "alert"
    ITEM = "item"
    PAGE = "page"

    def __str__(self) -> str:
        return str(self.value)

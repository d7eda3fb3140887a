from enum import StrEnum

class GraphEdgeRelation(StrEnum):
    USED = "used"
    WASATTRIBUTEDTO = "wasAttributedTo"
    WASDERIVEDFROM = "wasDerivedFrom"
    WASGENERATEDBY = "wasGeneratedBy"
    WASINFORMEDBY = "wasInformedBy"
    WASREVISIONOF = "wasRevisionOf"

    def __str__(self) -> str:
        return str(self.value)

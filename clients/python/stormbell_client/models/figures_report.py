from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.figures_report_figures import FiguresReportFigures





T = TypeVar("T", bound="FiguresReport")



@_attrs_define
class FiguresReport:
    """ Figures of one kind; those of the same kind before are replaced.

        Attributes:
            kind (str):
            figures (FiguresReportFigures):
     """

    kind: str
    figures: FiguresReportFigures





    def to_dict(self) -> dict[str, Any]:
        from ..models.figures_report_figures import FiguresReportFigures # noqa: PLC0415
        kind = self.kind

        figures = self.figures.to_dict()


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "kind": kind,
            "figures": figures,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.figures_report_figures import FiguresReportFigures # noqa: PLC0415
        d = dict(src_dict)
        kind = d.pop("kind")

        figures = FiguresReportFigures.from_dict(d.pop("figures"))




        figures_report = cls(
            kind=kind,
            figures=figures,
        )

        return figures_report


from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.run_time_view_basis import RunTimeViewBasis






T = TypeVar("T", bound="RunTimeView")



@_attrs_define
class RunTimeView:
    """ Seconds that half of the runs, and nine in ten, take at most.

        Attributes:
            p50 (float):
            p90 (float):
            basis (RunTimeViewBasis): Runs there, runs elsewhere, or all it may take
            count (int):
     """

    p50: float
    p90: float
    basis: RunTimeViewBasis
    count: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        p50 = self.p50

        p90 = self.p90

        basis = self.basis.value

        count = self.count


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "p50": p50,
            "p90": p90,
            "basis": basis,
            "count": count,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        p50 = d.pop("p50")

        p90 = d.pop("p90")

        basis = RunTimeViewBasis(d.pop("basis"))




        count = d.pop("count")

        run_time_view = cls(
            p50=p50,
            p90=p90,
            basis=basis,
            count=count,
        )


        run_time_view.additional_properties = d
        return run_time_view

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties

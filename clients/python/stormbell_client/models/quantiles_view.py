from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.quantiles_view_basis import QuantilesViewBasis
from ..types import UNSET, Unset






T = TypeVar("T", bound="QuantilesView")



@_attrs_define
class QuantilesView:
    """ Seconds that one in ten, half and nine in ten stay below; ``count`` runs before say so.

        Attributes:
            p10 (float):
            p50 (float):
            p90 (float):
            count (int):
            basis (QuantilesViewBasis | Unset): The model of the machine's queue, runs like it, what its batch system says,
                or how long it is Default: QuantilesViewBasis.SIMILAR.
     """

    p10: float
    p50: float
    p90: float
    count: int
    basis: QuantilesViewBasis | Unset = QuantilesViewBasis.SIMILAR
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        p10 = self.p10

        p50 = self.p50

        p90 = self.p90

        count = self.count

        basis: str | Unset = UNSET
        if not isinstance(self.basis, Unset):
            basis = self.basis.value



        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "p10": p10,
            "p50": p50,
            "p90": p90,
            "count": count,
        })
        if basis is not UNSET:
            field_dict["basis"] = basis

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        p10 = d.pop("p10")

        p50 = d.pop("p50")

        p90 = d.pop("p90")

        count = d.pop("count")

        _basis = d.pop("basis", UNSET)
        basis: QuantilesViewBasis | Unset
        if isinstance(_basis,  Unset):
            basis = UNSET
        else:
            basis = QuantilesViewBasis(_basis)




        quantiles_view = cls(
            p10=p10,
            p50=p50,
            p90=p90,
            count=count,
            basis=basis,
        )


        quantiles_view.additional_properties = d
        return quantiles_view

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

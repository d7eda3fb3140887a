from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="PushReceipt")



@_attrs_define
class PushReceipt:
    """ What became of a POST to a source. ``quarantined`` lines are kept with the reason.

        Attributes:
            accepted (int):
            duplicates (int):
            delivery_ids (list[str]):
            quarantined (int | Unset):  Default: 0.
     """

    accepted: int
    duplicates: int
    delivery_ids: list[str]
    quarantined: int | Unset = 0
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        accepted = self.accepted

        duplicates = self.duplicates

        delivery_ids = self.delivery_ids



        quarantined = self.quarantined


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "accepted": accepted,
            "duplicates": duplicates,
            "delivery_ids": delivery_ids,
        })
        if quarantined is not UNSET:
            field_dict["quarantined"] = quarantined

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        accepted = d.pop("accepted")

        duplicates = d.pop("duplicates")

        delivery_ids = cast(list[str], d.pop("delivery_ids"))


        quarantined = d.pop("quarantined", UNSET)

        push_receipt = cls(
            accepted=accepted,
            duplicates=duplicates,
            delivery_ids=delivery_ids,
            quarantined=quarantined,
        )


        push_receipt.additional_properties = d
        return push_receipt

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

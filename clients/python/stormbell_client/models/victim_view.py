from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="VictimView")



@_attrs_define
class VictimView:
    """ A job that a run would stop.

        Attributes:
            native_id (str):
            user (None | str):
            cores (int):
            lost_core_hours (float): What it did so far, which may be lost
     """

    native_id: str
    user: None | str
    cores: int
    lost_core_hours: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        native_id = self.native_id

        user: None | str
        user = self.user

        cores = self.cores

        lost_core_hours = self.lost_core_hours


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "native_id": native_id,
            "user": user,
            "cores": cores,
            "lost_core_hours": lost_core_hours,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        native_id = d.pop("native_id")

        def _parse_user(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        user = _parse_user(d.pop("user"))


        cores = d.pop("cores")

        lost_core_hours = d.pop("lost_core_hours")

        victim_view = cls(
            native_id=native_id,
            user=user,
            cores=cores,
            lost_core_hours=lost_core_hours,
        )


        victim_view.additional_properties = d
        return victim_view

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

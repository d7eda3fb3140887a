from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="NodeSettingChange")



@_attrs_define
class NodeSettingChange:
    """ Another value.

        Attributes:
            value (bool | float | int | str):
     """

    value: bool | float | int | str





    def to_dict(self) -> dict[str, Any]:
        value: bool | float | int | str
        value = self.value


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "value": value,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_value(data: object) -> bool | float | int | str:
            return cast(bool | float | int | str, data)

        value = _parse_value(d.pop("value"))


        node_setting_change = cls(
            value=value,
        )

        return node_setting_change


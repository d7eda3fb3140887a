from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="MachineChange")



@_attrs_define
class MachineChange:
    """ What may be changed about a machine; members left out stay.

        Attributes:
            enabled (bool | None | Unset):
            cordoned (bool | None | Unset):
     """

    enabled: bool | None | Unset = UNSET
    cordoned: bool | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        enabled: bool | None | Unset
        if isinstance(self.enabled, Unset):
            enabled = UNSET
        else:
            enabled = self.enabled

        cordoned: bool | None | Unset
        if isinstance(self.cordoned, Unset):
            cordoned = UNSET
        else:
            cordoned = self.cordoned


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if enabled is not UNSET:
            field_dict["enabled"] = enabled
        if cordoned is not UNSET:
            field_dict["cordoned"] = cordoned

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_enabled(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        enabled = _parse_enabled(d.pop("enabled", UNSET))


        def _parse_cordoned(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        cordoned = _parse_cordoned(d.pop("cordoned", UNSET))


        machine_change = cls(
            enabled=enabled,
            cordoned=cordoned,
        )

        return machine_change


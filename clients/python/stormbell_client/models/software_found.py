from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="SoftwareFound")



@_attrs_define
class SoftwareFound:
    """ What a look at a machine found.

        Attributes:
            has_modules (bool): Whether there is a module command
            modules_count (int):
            commands_count (int):
            new_count (int):
            gone (list[str]): What was found before, and is not there now
            omitted_count (int): Modules beyond the limit, and names that cannot be kept
     """

    has_modules: bool
    modules_count: int
    commands_count: int
    new_count: int
    gone: list[str]
    omitted_count: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        has_modules = self.has_modules

        modules_count = self.modules_count

        commands_count = self.commands_count

        new_count = self.new_count

        gone = self.gone



        omitted_count = self.omitted_count


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "has_modules": has_modules,
            "modules_count": modules_count,
            "commands_count": commands_count,
            "new_count": new_count,
            "gone": gone,
            "omitted_count": omitted_count,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        has_modules = d.pop("has_modules")

        modules_count = d.pop("modules_count")

        commands_count = d.pop("commands_count")

        new_count = d.pop("new_count")

        gone = cast(list[str], d.pop("gone"))


        omitted_count = d.pop("omitted_count")

        software_found = cls(
            has_modules=has_modules,
            modules_count=modules_count,
            commands_count=commands_count,
            new_count=new_count,
            gone=gone,
            omitted_count=omitted_count,
        )


        software_found.additional_properties = d
        return software_found

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

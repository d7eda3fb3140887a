from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="SoftwareProbe")



@_attrs_define
class SoftwareProbe:
    """ What to look for beside modules.

        Attributes:
            commands (list[str] | Unset): Commands to look for on the PATH
     """

    commands: list[str] | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        commands: list[str] | Unset = UNSET
        if not isinstance(self.commands, Unset):
            commands = self.commands




        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if commands is not UNSET:
            field_dict["commands"] = commands

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        commands = cast(list[str], d.pop("commands", UNSET))


        software_probe = cls(
            commands=commands,
        )

        return software_probe


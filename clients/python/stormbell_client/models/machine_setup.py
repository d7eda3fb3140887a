from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="MachineSetup")



@_attrs_define
class MachineSetup:
    """ What to run on a machine, and what of it lets us in.

        Attributes:
            script (str): POSIX sh; may be run again
            public_key (None | str): The line for authorized_keys
            commands (list[str]): What it looks for
     """

    script: str
    public_key: None | str
    commands: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        script = self.script

        public_key: None | str
        public_key = self.public_key

        commands = self.commands




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "script": script,
            "public_key": public_key,
            "commands": commands,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        script = d.pop("script")

        def _parse_public_key(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        public_key = _parse_public_key(d.pop("public_key"))


        commands = cast(list[str], d.pop("commands"))


        machine_setup = cls(
            script=script,
            public_key=public_key,
            commands=commands,
        )


        machine_setup.additional_properties = d
        return machine_setup

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="InstallAsk")



@_attrs_define
class InstallAsk:
    """ What to install.

        Attributes:
            name (str):
            version (None | str | Unset): Left out, the newest there is a recipe for
            again (bool | Unset): Also if this very recipe has installed it already Default: False.
     """

    name: str
    version: None | str | Unset = UNSET
    again: bool | Unset = False





    def to_dict(self) -> dict[str, Any]:
        name = self.name

        version: None | str | Unset
        if isinstance(self.version, Unset):
            version = UNSET
        else:
            version = self.version

        again = self.again


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "name": name,
        })
        if version is not UNSET:
            field_dict["version"] = version
        if again is not UNSET:
            field_dict["again"] = again

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        def _parse_version(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        version = _parse_version(d.pop("version", UNSET))


        again = d.pop("again", UNSET)

        install_ask = cls(
            name=name,
            version=version,
            again=again,
        )

        return install_ask


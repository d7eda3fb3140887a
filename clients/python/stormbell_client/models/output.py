from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="Output")



@_attrs_define
class Output:
    """ Files to keep: a glob pattern below the run's directory, and what the files that match are.

        Attributes:
            pattern (str):
            role (None | str | Unset):
            media_type (None | str | Unset): Default: by the file name
            required (bool | Unset): A run that leaves no matching file has failed Default: True.
     """

    pattern: str
    role: None | str | Unset = UNSET
    media_type: None | str | Unset = UNSET
    required: bool | Unset = True





    def to_dict(self) -> dict[str, Any]:
        pattern = self.pattern

        role: None | str | Unset
        if isinstance(self.role, Unset):
            role = UNSET
        else:
            role = self.role

        media_type: None | str | Unset
        if isinstance(self.media_type, Unset):
            media_type = UNSET
        else:
            media_type = self.media_type

        required = self.required


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "pattern": pattern,
        })
        if role is not UNSET:
            field_dict["role"] = role
        if media_type is not UNSET:
            field_dict["media_type"] = media_type
        if required is not UNSET:
            field_dict["required"] = required

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        pattern = d.pop("pattern")

        def _parse_role(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        role = _parse_role(d.pop("role", UNSET))


        def _parse_media_type(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        media_type = _parse_media_type(d.pop("media_type", UNSET))


        required = d.pop("required", UNSET)

        output = cls(
            pattern=pattern,
            role=role,
            media_type=media_type,
            required=required,
        )

        return output


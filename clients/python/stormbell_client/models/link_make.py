from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="LinkMake")



@_attrs_define
class LinkMake:
    """ How long a link leads somewhere.

        Attributes:
            seconds (float | Unset):  Default: 604800.0.
            note (None | str | Unset): Whom it is for
     """

    seconds: float | Unset = 604800.0
    note: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        seconds = self.seconds

        note: None | str | Unset
        if isinstance(self.note, Unset):
            note = UNSET
        else:
            note = self.note


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if seconds is not UNSET:
            field_dict["seconds"] = seconds
        if note is not UNSET:
            field_dict["note"] = note

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        seconds = d.pop("seconds", UNSET)

        def _parse_note(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        note = _parse_note(d.pop("note", UNSET))


        link_make = cls(
            seconds=seconds,
            note=note,
        )

        return link_make


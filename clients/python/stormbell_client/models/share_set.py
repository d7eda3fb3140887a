from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.share_set_level import ShareSetLevel
from ..types import UNSET, Unset






T = TypeVar("T", bound="ShareSet")



@_attrs_define
class ShareSet:
    """ How far something is shared.

        Attributes:
            level (ShareSetLevel | Unset): view: may see it and what belongs to it; act: may also change and end it Default:
                ShareSetLevel.VIEW.
     """

    level: ShareSetLevel | Unset = ShareSetLevel.VIEW





    def to_dict(self) -> dict[str, Any]:
        level: str | Unset = UNSET
        if not isinstance(self.level, Unset):
            level = self.level.value



        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if level is not UNSET:
            field_dict["level"] = level

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _level = d.pop("level", UNSET)
        level: ShareSetLevel | Unset
        if isinstance(_level,  Unset):
            level = UNSET
        else:
            level = ShareSetLevel(_level)




        share_set = cls(
            level=level,
        )

        return share_set


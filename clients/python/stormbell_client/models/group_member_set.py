from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset






T = TypeVar("T", bound="GroupMemberSet")



@_attrs_define
class GroupMemberSet:
    """ How a user is in a group.

        Attributes:
            manages (bool | Unset): May rename the group and choose its members Default: False.
     """

    manages: bool | Unset = False





    def to_dict(self) -> dict[str, Any]:
        manages = self.manages


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if manages is not UNSET:
            field_dict["manages"] = manages

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        manages = d.pop("manages", UNSET)

        group_member_set = cls(
            manages=manages,
        )

        return group_member_set


from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset






T = TypeVar("T", bound="PasswordRules")



@_attrs_define
class PasswordRules:
    """ What passwords are taken. They may hold any character; common ones are refused.

        Attributes:
            shortest (int | Unset):  Default: 8.
            advised (int | Unset): Characters from which on a password is good Default: 15.
            longest (int | Unset):  Default: 256.
     """

    shortest: int | Unset = 8
    advised: int | Unset = 15
    longest: int | Unset = 256
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        shortest = self.shortest

        advised = self.advised

        longest = self.longest


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
        })
        if shortest is not UNSET:
            field_dict["shortest"] = shortest
        if advised is not UNSET:
            field_dict["advised"] = advised
        if longest is not UNSET:
            field_dict["longest"] = longest

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        shortest = d.pop("shortest", UNSET)

        advised = d.pop("advised", UNSET)

        longest = d.pop("longest", UNSET)

        password_rules = cls(
            shortest=shortest,
            advised=advised,
            longest=longest,
        )


        password_rules.additional_properties = d
        return password_rules

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset






T = TypeVar("T", bound="IdentityBegin")



@_attrs_define
class IdentityBegin:
    """ A further way to log in, to add to the caller's.

        Attributes:
            method (str):
            next_ (str | Unset): Page to go to afterwards Default: '/'.
     """

    method: str
    next_: str | Unset = '/'





    def to_dict(self) -> dict[str, Any]:
        method = self.method

        next_ = self.next_


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "method": method,
        })
        if next_ is not UNSET:
            field_dict["next"] = next_

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        method = d.pop("method")

        next_ = d.pop("next", UNSET)

        identity_begin = cls(
            method=method,
            next_=next_,
        )

        return identity_begin


from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.password_set_other_ways_type_0 import PasswordSetOtherWaysType0
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="PasswordSet")



@_attrs_define
class PasswordSet:
    """ A new password for somebody else. Ends all their logins and tokens.

        Attributes:
            password (str):
            other_ways (None | PasswordSetOtherWaysType0 | Unset): Whether passkeys and linked accounts stay; left out while
                there are some: 409 names them
     """

    password: str
    other_ways: None | PasswordSetOtherWaysType0 | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        password = self.password

        other_ways: None | str | Unset
        if isinstance(self.other_ways, Unset):
            other_ways = UNSET
        elif isinstance(self.other_ways, PasswordSetOtherWaysType0):
            other_ways = self.other_ways.value
        else:
            other_ways = self.other_ways


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "password": password,
        })
        if other_ways is not UNSET:
            field_dict["other_ways"] = other_ways

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        password = d.pop("password")

        def _parse_other_ways(data: object) -> None | PasswordSetOtherWaysType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                other_ways_type_0 = PasswordSetOtherWaysType0(data)



                return other_ways_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PasswordSetOtherWaysType0 | Unset, data)

        other_ways = _parse_other_ways(d.pop("other_ways", UNSET))


        password_set = cls(
            password=password,
            other_ways=other_ways,
        )

        return password_set


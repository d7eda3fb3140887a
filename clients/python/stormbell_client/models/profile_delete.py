from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="ProfileDelete")



@_attrs_define
class ProfileDelete:
    """ The end of one's account.

        Attributes:
            password (None | str | Unset): To prove who asks; who has none, or leaves it out, has to have logged in just
                before
            heir_email (None | str | Unset): Address of the person who gets what one owns
     """

    password: None | str | Unset = UNSET
    heir_email: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        password: None | str | Unset
        if isinstance(self.password, Unset):
            password = UNSET
        else:
            password = self.password

        heir_email: None | str | Unset
        if isinstance(self.heir_email, Unset):
            heir_email = UNSET
        else:
            heir_email = self.heir_email


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if password is not UNSET:
            field_dict["password"] = password
        if heir_email is not UNSET:
            field_dict["heir_email"] = heir_email

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_password(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        password = _parse_password(d.pop("password", UNSET))


        def _parse_heir_email(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        heir_email = _parse_heir_email(d.pop("heir_email", UNSET))


        profile_delete = cls(
            password=password,
            heir_email=heir_email,
        )

        return profile_delete


from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="InvitationAccept")



@_attrs_define
class InvitationAccept:
    """ The account of somebody who was invited.

        Attributes:
            code (str): From the link
            email (str): The address that was invited
            name (str):
            password (str): At least 8 characters, better 15
     """

    code: str
    email: str
    name: str
    password: str





    def to_dict(self) -> dict[str, Any]:
        code = self.code

        email = self.email

        name = self.name

        password = self.password


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "code": code,
            "email": email,
            "name": name,
            "password": password,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        email = d.pop("email")

        name = d.pop("name")

        password = d.pop("password")

        invitation_accept = cls(
            code=code,
            email=email,
            name=name,
            password=password,
        )

        return invitation_accept


from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="SetupComplete")



@_attrs_define
class SetupComplete:
    """ The owner to be, with the token of the setup link.

        Attributes:
            token (str): From the link the server printed
            email (str):
            name (str):
            password (str):
     """

    token: str
    email: str
    name: str
    password: str





    def to_dict(self) -> dict[str, Any]:
        token = self.token

        email = self.email

        name = self.name

        password = self.password


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "token": token,
            "email": email,
            "name": name,
            "password": password,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        token = d.pop("token")

        email = d.pop("email")

        name = d.pop("name")

        password = d.pop("password")

        setup_complete = cls(
            token=token,
            email=email,
            name=name,
            password=password,
        )

        return setup_complete


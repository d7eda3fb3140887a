from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="PasswordResetRedeem")



@_attrs_define
class PasswordResetRedeem:
    """ The code from the mail, and the password from now on.

        Attributes:
            code (str):
            password (str):
     """

    code: str
    password: str





    def to_dict(self) -> dict[str, Any]:
        code = self.code

        password = self.password


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "code": code,
            "password": password,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        password = d.pop("password")

        password_reset_redeem = cls(
            code=code,
            password=password,
        )

        return password_reset_redeem


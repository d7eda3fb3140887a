from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="CertificateWanted")



@_attrs_define
class CertificateWanted:
    """ A certificate to sign with a credential of the kind ssh_ca.

        Attributes:
            public_key (str):
            users (list[str] | Unset): User names on the other side; left out, the authority's first
            seconds (int | None | Unset): Left out, the authority's longest
     """

    public_key: str
    users: list[str] | Unset = UNSET
    seconds: int | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        public_key = self.public_key

        users: list[str] | Unset = UNSET
        if not isinstance(self.users, Unset):
            users = self.users



        seconds: int | None | Unset
        if isinstance(self.seconds, Unset):
            seconds = UNSET
        else:
            seconds = self.seconds


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "public_key": public_key,
        })
        if users is not UNSET:
            field_dict["users"] = users
        if seconds is not UNSET:
            field_dict["seconds"] = seconds

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        public_key = d.pop("public_key")

        users = cast(list[str], d.pop("users", UNSET))


        def _parse_seconds(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        seconds = _parse_seconds(d.pop("seconds", UNSET))


        certificate_wanted = cls(
            public_key=public_key,
            users=users,
            seconds=seconds,
        )

        return certificate_wanted


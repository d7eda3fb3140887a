from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.invitation_create_role import InvitationCreateRole
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="InvitationCreate")



@_attrs_define
class InvitationCreate:
    """ Whom to invite, and as what.

        Attributes:
            email (str):
            role (InvitationCreateRole | Unset): At most your own; it cannot be changed later Default:
                InvitationCreateRole.VIEWER.
            mail (bool | None | Unset): Send the link by mail; left out: where a mail server is set
     """

    email: str
    role: InvitationCreateRole | Unset = InvitationCreateRole.VIEWER
    mail: bool | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        email = self.email

        role: str | Unset = UNSET
        if not isinstance(self.role, Unset):
            role = self.role.value


        mail: bool | None | Unset
        if isinstance(self.mail, Unset):
            mail = UNSET
        else:
            mail = self.mail


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "email": email,
        })
        if role is not UNSET:
            field_dict["role"] = role
        if mail is not UNSET:
            field_dict["mail"] = mail

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        email = d.pop("email")

        _role = d.pop("role", UNSET)
        role: InvitationCreateRole | Unset
        if isinstance(_role,  Unset):
            role = UNSET
        else:
            role = InvitationCreateRole(_role)




        def _parse_mail(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        mail = _parse_mail(d.pop("mail", UNSET))


        invitation_create = cls(
            email=email,
            role=role,
            mail=mail,
        )

        return invitation_create


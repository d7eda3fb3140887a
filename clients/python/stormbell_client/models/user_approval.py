from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.user_approval_role import UserApprovalRole
from ..types import UNSET, Unset






T = TypeVar("T", bound="UserApproval")



@_attrs_define
class UserApproval:
    """ The role of somebody who signed up.

        Attributes:
            role (UserApprovalRole | Unset):  Default: UserApprovalRole.VIEWER.
            force (bool | Unset): Also when nobody has shown that they read the address Default: False.
     """

    role: UserApprovalRole | Unset = UserApprovalRole.VIEWER
    force: bool | Unset = False





    def to_dict(self) -> dict[str, Any]:
        role: str | Unset = UNSET
        if not isinstance(self.role, Unset):
            role = self.role.value


        force = self.force


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if role is not UNSET:
            field_dict["role"] = role
        if force is not UNSET:
            field_dict["force"] = force

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _role = d.pop("role", UNSET)
        role: UserApprovalRole | Unset
        if isinstance(_role,  Unset):
            role = UNSET
        else:
            role = UserApprovalRole(_role)




        force = d.pop("force", UNSET)

        user_approval = cls(
            role=role,
            force=force,
        )

        return user_approval


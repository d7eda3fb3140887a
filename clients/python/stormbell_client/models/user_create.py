from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.user_create_role import UserCreateRole
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="UserCreate")



@_attrs_define
class UserCreate:
    """ A person to add. Give them the password by a way of your own, or invite them instead.

        Attributes:
            email (str):
            name (str):
            password (str): At least 8 characters, better 15
            role (UserCreateRole | Unset): At most your own Default: UserCreateRole.VIEWER.
            allowed_workflows (list[str] | None | Unset): Names of the workflows this person may start; null: all of them
     """

    email: str
    name: str
    password: str
    role: UserCreateRole | Unset = UserCreateRole.VIEWER
    allowed_workflows: list[str] | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        email = self.email

        name = self.name

        password = self.password

        role: str | Unset = UNSET
        if not isinstance(self.role, Unset):
            role = self.role.value


        allowed_workflows: list[str] | None | Unset
        if isinstance(self.allowed_workflows, Unset):
            allowed_workflows = UNSET
        elif isinstance(self.allowed_workflows, list):
            allowed_workflows = self.allowed_workflows


        else:
            allowed_workflows = self.allowed_workflows


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "email": email,
            "name": name,
            "password": password,
        })
        if role is not UNSET:
            field_dict["role"] = role
        if allowed_workflows is not UNSET:
            field_dict["allowed_workflows"] = allowed_workflows

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        email = d.pop("email")

        name = d.pop("name")

        password = d.pop("password")

        _role = d.pop("role", UNSET)
        role: UserCreateRole | Unset
        if isinstance(_role,  Unset):
            role = UNSET
        else:
            role = UserCreateRole(_role)




        def _parse_allowed_workflows(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                allowed_workflows_type_0 = cast(list[str], data)

                return allowed_workflows_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        allowed_workflows = _parse_allowed_workflows(d.pop("allowed_workflows", UNSET))


        user_create = cls(
            email=email,
            name=name,
            password=password,
            role=role,
            allowed_workflows=allowed_workflows,
        )

        return user_create


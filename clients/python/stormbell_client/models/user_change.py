from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.user_change_role_type_0 import UserChangeRoleType0
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="UserChange")



@_attrs_define
class UserChange:
    """ What to change about a person; what is left out stays. Another email, role or `enabled` ends all their logins.

        Attributes:
            email (None | str | Unset):
            name (None | str | Unset):
            role (None | Unset | UserChangeRoleType0): At most your own
            enabled (bool | None | Unset): false shuts the person out at once
            allowed_workflows (list[str] | None | Unset): Names of the workflows this person may start; null: all of them
     """

    email: None | str | Unset = UNSET
    name: None | str | Unset = UNSET
    role: None | Unset | UserChangeRoleType0 = UNSET
    enabled: bool | None | Unset = UNSET
    allowed_workflows: list[str] | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        email: None | str | Unset
        if isinstance(self.email, Unset):
            email = UNSET
        else:
            email = self.email

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        role: None | str | Unset
        if isinstance(self.role, Unset):
            role = UNSET
        elif isinstance(self.role, UserChangeRoleType0):
            role = self.role.value
        else:
            role = self.role

        enabled: bool | None | Unset
        if isinstance(self.enabled, Unset):
            enabled = UNSET
        else:
            enabled = self.enabled

        allowed_workflows: list[str] | None | Unset
        if isinstance(self.allowed_workflows, Unset):
            allowed_workflows = UNSET
        elif isinstance(self.allowed_workflows, list):
            allowed_workflows = self.allowed_workflows


        else:
            allowed_workflows = self.allowed_workflows


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if email is not UNSET:
            field_dict["email"] = email
        if name is not UNSET:
            field_dict["name"] = name
        if role is not UNSET:
            field_dict["role"] = role
        if enabled is not UNSET:
            field_dict["enabled"] = enabled
        if allowed_workflows is not UNSET:
            field_dict["allowed_workflows"] = allowed_workflows

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_email(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        email = _parse_email(d.pop("email", UNSET))


        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))


        def _parse_role(data: object) -> None | Unset | UserChangeRoleType0:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                role_type_0 = UserChangeRoleType0(data)



                return role_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UserChangeRoleType0, data)

        role = _parse_role(d.pop("role", UNSET))


        def _parse_enabled(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        enabled = _parse_enabled(d.pop("enabled", UNSET))


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


        user_change = cls(
            email=email,
            name=name,
            role=role,
            enabled=enabled,
            allowed_workflows=allowed_workflows,
        )

        return user_change


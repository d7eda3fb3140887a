from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.profile_view_role import ProfileViewRole
from typing import cast
import datetime






T = TypeVar("T", bound="ProfileView")



@_attrs_define
class ProfileView:
    """ One's own account.

        Attributes:
            id (str):
            email (str):
            name (str):
            role (ProfileViewRole):
            created_at (datetime.datetime):
            allowed_workflows (list[str] | None): Workflows one may start; null: all of them
     """

    id: str
    email: str
    name: str
    role: ProfileViewRole
    created_at: datetime.datetime
    allowed_workflows: list[str] | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        email = self.email

        name = self.name

        role = self.role.value

        created_at = self.created_at.isoformat()

        allowed_workflows: list[str] | None
        if isinstance(self.allowed_workflows, list):
            allowed_workflows = self.allowed_workflows


        else:
            allowed_workflows = self.allowed_workflows


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "email": email,
            "name": name,
            "role": role,
            "created_at": created_at,
            "allowed_workflows": allowed_workflows,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        email = d.pop("email")

        name = d.pop("name")

        role = ProfileViewRole(d.pop("role"))




        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        def _parse_allowed_workflows(data: object) -> list[str] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                allowed_workflows_type_0 = cast(list[str], data)

                return allowed_workflows_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None, data)

        allowed_workflows = _parse_allowed_workflows(d.pop("allowed_workflows"))


        profile_view = cls(
            id=id,
            email=email,
            name=name,
            role=role,
            created_at=created_at,
            allowed_workflows=allowed_workflows,
        )


        profile_view.additional_properties = d
        return profile_view

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.user_detail_role import UserDetailRole
from ..models.user_detail_state import UserDetailState
from typing import cast
import datetime






T = TypeVar("T", bound="UserDetail")



@_attrs_define
class UserDetail:
    """ A user with everything administrators decide about.

        Attributes:
            id (str):
            email (str):
            name (str):
            role (UserDetailRole):
            created_at (datetime.datetime):
            disabled_at (datetime.datetime | None):
            verified_email (None | str): The address somebody has shown to read; null: none yet
            approval_wanted_at (datetime.datetime | None): Signed up and waits since then for an administrator
            allowed_workflows (list[str] | None): Names of the workflows this person may start; null: all of them
            state (UserDetailState): Say whether the user can log in, may not, or waits to be let in.
     """

    id: str
    email: str
    name: str
    role: UserDetailRole
    created_at: datetime.datetime
    disabled_at: datetime.datetime | None
    verified_email: None | str
    approval_wanted_at: datetime.datetime | None
    allowed_workflows: list[str] | None
    state: UserDetailState
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        email = self.email

        name = self.name

        role = self.role.value

        created_at = self.created_at.isoformat()

        disabled_at: None | str
        if isinstance(self.disabled_at, datetime.datetime):
            disabled_at = self.disabled_at.isoformat()
        else:
            disabled_at = self.disabled_at

        verified_email: None | str
        verified_email = self.verified_email

        approval_wanted_at: None | str
        if isinstance(self.approval_wanted_at, datetime.datetime):
            approval_wanted_at = self.approval_wanted_at.isoformat()
        else:
            approval_wanted_at = self.approval_wanted_at

        allowed_workflows: list[str] | None
        if isinstance(self.allowed_workflows, list):
            allowed_workflows = self.allowed_workflows


        else:
            allowed_workflows = self.allowed_workflows

        state = self.state.value


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "email": email,
            "name": name,
            "role": role,
            "created_at": created_at,
            "disabled_at": disabled_at,
            "verified_email": verified_email,
            "approval_wanted_at": approval_wanted_at,
            "allowed_workflows": allowed_workflows,
            "state": state,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        email = d.pop("email")

        name = d.pop("name")

        role = UserDetailRole(d.pop("role"))




        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        def _parse_disabled_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                disabled_at_type_0 = datetime.datetime.fromisoformat(data)



                return disabled_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        disabled_at = _parse_disabled_at(d.pop("disabled_at"))


        def _parse_verified_email(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        verified_email = _parse_verified_email(d.pop("verified_email"))


        def _parse_approval_wanted_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                approval_wanted_at_type_0 = datetime.datetime.fromisoformat(data)



                return approval_wanted_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        approval_wanted_at = _parse_approval_wanted_at(d.pop("approval_wanted_at"))


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


        state = UserDetailState(d.pop("state"))




        user_detail = cls(
            id=id,
            email=email,
            name=name,
            role=role,
            created_at=created_at,
            disabled_at=disabled_at,
            verified_email=verified_email,
            approval_wanted_at=approval_wanted_at,
            allowed_workflows=allowed_workflows,
            state=state,
        )


        user_detail.additional_properties = d
        return user_detail

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.session_view_role import SessionViewRole
from ..models.session_view_roles_item import SessionViewRolesItem
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.user_brief import UserBrief





T = TypeVar("T", bound="SessionView")



@_attrs_define
class SessionView:
    """ The caller: who, with which role, narrowed to which operations, until when.

        Attributes:
            user (UserBrief): Who somebody is.
            role (SessionViewRole):
            roles (list[SessionViewRolesItem]): The role and those it includes, least first
            scopes (list[str]): operationIds, or `*` for all the role allows
            expires_at (datetime.datetime | None): null: the token has no expiry
     """

    user: UserBrief
    role: SessionViewRole
    roles: list[SessionViewRolesItem]
    scopes: list[str]
    expires_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.user_brief import UserBrief # noqa: PLC0415
        user = self.user.to_dict()

        role = self.role.value

        roles = []
        for roles_item_data in self.roles:
            roles_item = roles_item_data.value
            roles.append(roles_item)



        scopes = self.scopes



        expires_at: None | str
        if isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "user": user,
            "role": role,
            "roles": roles,
            "scopes": scopes,
            "expires_at": expires_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.user_brief import UserBrief # noqa: PLC0415
        d = dict(src_dict)
        user = UserBrief.from_dict(d.pop("user"))




        role = SessionViewRole(d.pop("role"))




        roles = []
        _roles = d.pop("roles")
        for roles_item_data in (_roles):
            roles_item = SessionViewRolesItem(roles_item_data)



            roles.append(roles_item)


        scopes = cast(list[str], d.pop("scopes"))


        def _parse_expires_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)



                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        expires_at = _parse_expires_at(d.pop("expires_at"))


        session_view = cls(
            user=user,
            role=role,
            roles=roles,
            scopes=scopes,
            expires_at=expires_at,
        )


        session_view.additional_properties = d
        return session_view

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.invitation_view_role import InvitationViewRole
from typing import cast
import datetime






T = TypeVar("T", bound="InvitationView")



@_attrs_define
class InvitationView:
    """ An invitation that can still be accepted.

        Attributes:
            id (str):
            email (str):
            role (InvitationViewRole):
            invited_by (str):
            created_at (datetime.datetime):
            expires_at (datetime.datetime):
            mailed_at (datetime.datetime | None): When the link was last handed to the mail; null: never
     """

    id: str
    email: str
    role: InvitationViewRole
    invited_by: str
    created_at: datetime.datetime
    expires_at: datetime.datetime
    mailed_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        email = self.email

        role = self.role.value

        invited_by = self.invited_by

        created_at = self.created_at.isoformat()

        expires_at = self.expires_at.isoformat()

        mailed_at: None | str
        if isinstance(self.mailed_at, datetime.datetime):
            mailed_at = self.mailed_at.isoformat()
        else:
            mailed_at = self.mailed_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "email": email,
            "role": role,
            "invited_by": invited_by,
            "created_at": created_at,
            "expires_at": expires_at,
            "mailed_at": mailed_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        email = d.pop("email")

        role = InvitationViewRole(d.pop("role"))




        invited_by = d.pop("invited_by")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))




        def _parse_mailed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                mailed_at_type_0 = datetime.datetime.fromisoformat(data)



                return mailed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        mailed_at = _parse_mailed_at(d.pop("mailed_at"))


        invitation_view = cls(
            id=id,
            email=email,
            role=role,
            invited_by=invited_by,
            created_at=created_at,
            expires_at=expires_at,
            mailed_at=mailed_at,
        )


        invitation_view.additional_properties = d
        return invitation_view

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="CredentialUse")



@_attrs_define
class CredentialUse:
    """ Uses of one credential by one user for one purpose within an hour.

        Attributes:
            user_id (str):
            purpose (str):
            node (str):
            first_at (datetime.datetime):
            last_at (datetime.datetime):
            count (int):
     """

    user_id: str
    purpose: str
    node: str
    first_at: datetime.datetime
    last_at: datetime.datetime
    count: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        user_id = self.user_id

        purpose = self.purpose

        node = self.node

        first_at = self.first_at.isoformat()

        last_at = self.last_at.isoformat()

        count = self.count


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "user_id": user_id,
            "purpose": purpose,
            "node": node,
            "first_at": first_at,
            "last_at": last_at,
            "count": count,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        user_id = d.pop("user_id")

        purpose = d.pop("purpose")

        node = d.pop("node")

        first_at = datetime.datetime.fromisoformat(d.pop("first_at"))




        last_at = datetime.datetime.fromisoformat(d.pop("last_at"))




        count = d.pop("count")

        credential_use = cls(
            user_id=user_id,
            purpose=purpose,
            node=node,
            first_at=first_at,
            last_at=last_at,
            count=count,
        )


        credential_use.additional_properties = d
        return credential_use

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

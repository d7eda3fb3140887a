from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="Collection")



@_attrs_define
class Collection:
    """ Data sets that somebody put together.

        Attributes:
            id (str):
            owner_id (str):
            name (str):
            comment (None | str):
            created_at (datetime.datetime):
            dataset_count (int):
            bytes_ (int):
     """

    id: str
    owner_id: str
    name: str
    comment: None | str
    created_at: datetime.datetime
    dataset_count: int
    bytes_: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        owner_id = self.owner_id

        name = self.name

        comment: None | str
        comment = self.comment

        created_at = self.created_at.isoformat()

        dataset_count = self.dataset_count

        bytes_ = self.bytes_


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "owner_id": owner_id,
            "name": name,
            "comment": comment,
            "created_at": created_at,
            "dataset_count": dataset_count,
            "bytes": bytes_,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        owner_id = d.pop("owner_id")

        name = d.pop("name")

        def _parse_comment(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        comment = _parse_comment(d.pop("comment"))


        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        dataset_count = d.pop("dataset_count")

        bytes_ = d.pop("bytes")

        collection = cls(
            id=id,
            owner_id=owner_id,
            name=name,
            comment=comment,
            created_at=created_at,
            dataset_count=dataset_count,
            bytes_=bytes_,
        )


        collection.additional_properties = d
        return collection

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="Upload")



@_attrs_define
class Upload:
    """ A content that arrives in parts.

        Attributes:
            id (str):
            name (str):
            bytes_ (int):
            offset (int): So many bytes are safe
            sha256 (None | str): What it has to be, when its sender said so
            created_at (datetime.datetime):
            expires_at (datetime.datetime):
            dataset_id (None | str): Of the data set, once all is there
     """

    id: str
    name: str
    bytes_: int
    offset: int
    sha256: None | str
    created_at: datetime.datetime
    expires_at: datetime.datetime
    dataset_id: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        bytes_ = self.bytes_

        offset = self.offset

        sha256: None | str
        sha256 = self.sha256

        created_at = self.created_at.isoformat()

        expires_at = self.expires_at.isoformat()

        dataset_id: None | str
        dataset_id = self.dataset_id


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "name": name,
            "bytes": bytes_,
            "offset": offset,
            "sha256": sha256,
            "created_at": created_at,
            "expires_at": expires_at,
            "dataset_id": dataset_id,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        bytes_ = d.pop("bytes")

        offset = d.pop("offset")

        def _parse_sha256(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        sha256 = _parse_sha256(d.pop("sha256"))


        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))




        def _parse_dataset_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        dataset_id = _parse_dataset_id(d.pop("dataset_id"))


        upload = cls(
            id=id,
            name=name,
            bytes_=bytes_,
            offset=offset,
            sha256=sha256,
            created_at=created_at,
            expires_at=expires_at,
            dataset_id=dataset_id,
        )


        upload.additional_properties = d
        return upload

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

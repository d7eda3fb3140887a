from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="ObjectStored")



@_attrs_define
class ObjectStored:
    """ One file that was just stored.

        Attributes:
            path (str):
            bytes_ (int):
            modified_at (datetime.datetime):
            etag (None | str):
            media_type (None | str):
            sha256 (str):
            blake3 (str):
     """

    path: str
    bytes_: int
    modified_at: datetime.datetime
    etag: None | str
    media_type: None | str
    sha256: str
    blake3: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        path = self.path

        bytes_ = self.bytes_

        modified_at = self.modified_at.isoformat()

        etag: None | str
        etag = self.etag

        media_type: None | str
        media_type = self.media_type

        sha256 = self.sha256

        blake3 = self.blake3


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "path": path,
            "bytes": bytes_,
            "modified_at": modified_at,
            "etag": etag,
            "media_type": media_type,
            "sha256": sha256,
            "blake3": blake3,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        path = d.pop("path")

        bytes_ = d.pop("bytes")

        modified_at = datetime.datetime.fromisoformat(d.pop("modified_at"))




        def _parse_etag(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        etag = _parse_etag(d.pop("etag"))


        def _parse_media_type(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        media_type = _parse_media_type(d.pop("media_type"))


        sha256 = d.pop("sha256")

        blake3 = d.pop("blake3")

        object_stored = cls(
            path=path,
            bytes_=bytes_,
            modified_at=modified_at,
            etag=etag,
            media_type=media_type,
            sha256=sha256,
            blake3=blake3,
        )


        object_stored.additional_properties = d
        return object_stored

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

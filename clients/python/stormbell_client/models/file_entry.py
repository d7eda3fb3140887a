from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.file_entry_kind import FileEntryKind
from typing import cast
import datetime






T = TypeVar("T", bound="FileEntry")



@_attrs_define
class FileEntry:
    """ A file or directory on a machine.

        Attributes:
            name (str):
            kind (FileEntryKind):
            bytes_ (int):
            modified_at (datetime.datetime):
            mode (int): Permission bits
     """

    name: str
    kind: FileEntryKind
    bytes_: int
    modified_at: datetime.datetime
    mode: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        name = self.name

        kind = self.kind.value

        bytes_ = self.bytes_

        modified_at = self.modified_at.isoformat()

        mode = self.mode


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "name": name,
            "kind": kind,
            "bytes": bytes_,
            "modified_at": modified_at,
            "mode": mode,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        kind = FileEntryKind(d.pop("kind"))




        bytes_ = d.pop("bytes")

        modified_at = datetime.datetime.fromisoformat(d.pop("modified_at"))




        mode = d.pop("mode")

        file_entry = cls(
            name=name,
            kind=kind,
            bytes_=bytes_,
            modified_at=modified_at,
            mode=mode,
        )


        file_entry.additional_properties = d
        return file_entry

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

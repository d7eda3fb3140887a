from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.file_entry import FileEntry





T = TypeVar("T", bound="FileList")



@_attrs_define
class FileList:
    """ What a directory holds, by name.

        Attributes:
            path (str):
            items (list[FileEntry]):
            omitted_count (int | Unset): Entries beyond the limit Default: 0.
     """

    path: str
    items: list[FileEntry]
    omitted_count: int | Unset = 0
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.file_entry import FileEntry # noqa: PLC0415
        path = self.path

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)



        omitted_count = self.omitted_count


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "path": path,
            "items": items,
        })
        if omitted_count is not UNSET:
            field_dict["omitted_count"] = omitted_count

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.file_entry import FileEntry # noqa: PLC0415
        d = dict(src_dict)
        path = d.pop("path")

        items = []
        _items = d.pop("items")
        for items_item_data in (_items):
            items_item = FileEntry.from_dict(items_item_data)



            items.append(items_item)


        omitted_count = d.pop("omitted_count", UNSET)

        file_list = cls(
            path=path,
            items=items,
            omitted_count=omitted_count,
        )


        file_list.additional_properties = d
        return file_list

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="SectionsView")



@_attrs_define
class SectionsView:
    """ The slices of the queue a node owns.

        Attributes:
            count (int):
            ranges (list[list[int]]): First and last of the sections in a row
     """

    count: int
    ranges: list[list[int]]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        count = self.count

        ranges = []
        for ranges_item_data in self.ranges:
            ranges_item = []
            for ranges_item_item_data in ranges_item_data:
                ranges_item_item: int
                ranges_item_item = ranges_item_item_data
                ranges_item.append(ranges_item_item)


            ranges.append(ranges_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "count": count,
            "ranges": ranges,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        count = d.pop("count")

        ranges = []
        _ranges = d.pop("ranges")
        for ranges_item_data in (_ranges):
            ranges_item = []
            _ranges_item = ranges_item_data
            for ranges_item_item_data in (_ranges_item):
                def _parse_ranges_item_item(data: object) -> int:
                    return cast(int, data)

                ranges_item_item = _parse_ranges_item_item(ranges_item_item_data)

                ranges_item.append(ranges_item_item)

            ranges.append(ranges_item)


        sections_view = cls(
            count=count,
            ranges=ranges,
        )


        sections_view.additional_properties = d
        return sections_view

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

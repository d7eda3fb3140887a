from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="UsageView")



@_attrs_define
class UsageView:
    """ What a run consumed.

        Attributes:
            cpu_seconds (float):
            max_rss_bytes (int):
     """

    cpu_seconds: float
    max_rss_bytes: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        cpu_seconds = self.cpu_seconds

        max_rss_bytes = self.max_rss_bytes


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "cpu_seconds": cpu_seconds,
            "max_rss_bytes": max_rss_bytes,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        cpu_seconds = d.pop("cpu_seconds")

        max_rss_bytes = d.pop("max_rss_bytes")

        usage_view = cls(
            cpu_seconds=cpu_seconds,
            max_rss_bytes=max_rss_bytes,
        )


        usage_view.additional_properties = d
        return usage_view

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

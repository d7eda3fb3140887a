from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.usage_view_source import UsageViewSource
from ..types import UNSET, Unset






T = TypeVar("T", bound="UsageView")



@_attrs_define
class UsageView:
    """ What a run consumed.

        Attributes:
            cpu_seconds (float):
            max_rss_bytes (int): 0: nobody measured it
            source (UsageViewSource | Unset): The run itself, or its machine's accounting Default: UsageViewSource.RUN.
     """

    cpu_seconds: float
    max_rss_bytes: int
    source: UsageViewSource | Unset = UsageViewSource.RUN
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        cpu_seconds = self.cpu_seconds

        max_rss_bytes = self.max_rss_bytes

        source: str | Unset = UNSET
        if not isinstance(self.source, Unset):
            source = self.source.value



        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "cpu_seconds": cpu_seconds,
            "max_rss_bytes": max_rss_bytes,
        })
        if source is not UNSET:
            field_dict["source"] = source

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        cpu_seconds = d.pop("cpu_seconds")

        max_rss_bytes = d.pop("max_rss_bytes")

        _source = d.pop("source", UNSET)
        source: UsageViewSource | Unset
        if isinstance(_source,  Unset):
            source = UNSET
        else:
            source = UsageViewSource(_source)




        usage_view = cls(
            cpu_seconds=cpu_seconds,
            max_rss_bytes=max_rss_bytes,
            source=source,
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

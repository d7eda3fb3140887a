from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.performance_view_source_type_0 import PerformanceViewSourceType0
from typing import cast






T = TypeVar("T", bound="PerformanceView")



@_attrs_define
class PerformanceView:
    """ How a run went: how long it waited and took, and how well it used what it asked for; null: not known.

        Attributes:
            queue_seconds (float | None): Between submission and start
            elapsed_seconds (float | None): So far, or in all
            cpu_seconds (float | None):
            cpu_efficiency (float | None): Processor time by cores asked for and time taken; 1 is all of it
            max_rss_bytes (int | None): Of its largest process, or of all where only that is accounted
            memory_efficiency (float | None): Of the memory asked for
            source (None | PerformanceViewSourceType0):
     """

    queue_seconds: float | None
    elapsed_seconds: float | None
    cpu_seconds: float | None
    cpu_efficiency: float | None
    max_rss_bytes: int | None
    memory_efficiency: float | None
    source: None | PerformanceViewSourceType0
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        queue_seconds: float | None
        queue_seconds = self.queue_seconds

        elapsed_seconds: float | None
        elapsed_seconds = self.elapsed_seconds

        cpu_seconds: float | None
        cpu_seconds = self.cpu_seconds

        cpu_efficiency: float | None
        cpu_efficiency = self.cpu_efficiency

        max_rss_bytes: int | None
        max_rss_bytes = self.max_rss_bytes

        memory_efficiency: float | None
        memory_efficiency = self.memory_efficiency

        source: None | str
        if isinstance(self.source, PerformanceViewSourceType0):
            source = self.source.value
        else:
            source = self.source


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "queue_seconds": queue_seconds,
            "elapsed_seconds": elapsed_seconds,
            "cpu_seconds": cpu_seconds,
            "cpu_efficiency": cpu_efficiency,
            "max_rss_bytes": max_rss_bytes,
            "memory_efficiency": memory_efficiency,
            "source": source,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_queue_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        queue_seconds = _parse_queue_seconds(d.pop("queue_seconds"))


        def _parse_elapsed_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        elapsed_seconds = _parse_elapsed_seconds(d.pop("elapsed_seconds"))


        def _parse_cpu_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        cpu_seconds = _parse_cpu_seconds(d.pop("cpu_seconds"))


        def _parse_cpu_efficiency(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        cpu_efficiency = _parse_cpu_efficiency(d.pop("cpu_efficiency"))


        def _parse_max_rss_bytes(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        max_rss_bytes = _parse_max_rss_bytes(d.pop("max_rss_bytes"))


        def _parse_memory_efficiency(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        memory_efficiency = _parse_memory_efficiency(d.pop("memory_efficiency"))


        def _parse_source(data: object) -> None | PerformanceViewSourceType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                source_type_0 = PerformanceViewSourceType0(data)



                return source_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PerformanceViewSourceType0, data)

        source = _parse_source(d.pop("source"))


        performance_view = cls(
            queue_seconds=queue_seconds,
            elapsed_seconds=elapsed_seconds,
            cpu_seconds=cpu_seconds,
            cpu_efficiency=cpu_efficiency,
            max_rss_bytes=max_rss_bytes,
            memory_efficiency=memory_efficiency,
            source=source,
        )


        performance_view.additional_properties = d
        return performance_view

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

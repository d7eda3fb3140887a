from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="Prediction")



@_attrs_define
class Prediction:
    """ How long a transfer would take: the median of what came before it between two storages, and its spread.

        Attributes:
            seconds (float):
            low_seconds (float): One in ten was quicker
            high_seconds (float): One in ten was slower
            bytes_per_second (float):
            sample_count (int):
     """

    seconds: float
    low_seconds: float
    high_seconds: float
    bytes_per_second: float
    sample_count: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        seconds = self.seconds

        low_seconds = self.low_seconds

        high_seconds = self.high_seconds

        bytes_per_second = self.bytes_per_second

        sample_count = self.sample_count


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "seconds": seconds,
            "low_seconds": low_seconds,
            "high_seconds": high_seconds,
            "bytes_per_second": bytes_per_second,
            "sample_count": sample_count,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        seconds = d.pop("seconds")

        low_seconds = d.pop("low_seconds")

        high_seconds = d.pop("high_seconds")

        bytes_per_second = d.pop("bytes_per_second")

        sample_count = d.pop("sample_count")

        prediction = cls(
            seconds=seconds,
            low_seconds=low_seconds,
            high_seconds=high_seconds,
            bytes_per_second=bytes_per_second,
            sample_count=sample_count,
        )


        prediction.additional_properties = d
        return prediction

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

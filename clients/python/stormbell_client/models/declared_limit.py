from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="DeclaredLimit")



@_attrs_define
class DeclaredLimit:
    """ How many jobs may run at once, or begin in a period, on all nodes together.

        Attributes:
            concurrency (int | None):
            rate (float | None):
            period_seconds (float | None):
     """

    concurrency: int | None
    rate: float | None
    period_seconds: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        concurrency: int | None
        concurrency = self.concurrency

        rate: float | None
        rate = self.rate

        period_seconds: float | None
        period_seconds = self.period_seconds


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "concurrency": concurrency,
            "rate": rate,
            "period_seconds": period_seconds,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        def _parse_concurrency(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        concurrency = _parse_concurrency(d.pop("concurrency"))


        def _parse_rate(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        rate = _parse_rate(d.pop("rate"))


        def _parse_period_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        period_seconds = _parse_period_seconds(d.pop("period_seconds"))


        declared_limit = cls(
            concurrency=concurrency,
            rate=rate,
            period_seconds=period_seconds,
        )


        declared_limit.additional_properties = d
        return declared_limit

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

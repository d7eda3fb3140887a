from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.throughput_by_state import ThroughputByState





T = TypeVar("T", bound="Throughput")



@_attrs_define
class Throughput:
    """ Jobs that ended, a second.

        Attributes:
            seconds (int): Over so many seconds
            per_second (float):
            by_state (ThroughputByState):
     """

    seconds: int
    per_second: float
    by_state: ThroughputByState
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.throughput_by_state import ThroughputByState # noqa: PLC0415
        seconds = self.seconds

        per_second = self.per_second

        by_state = self.by_state.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "seconds": seconds,
            "per_second": per_second,
            "by_state": by_state,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.throughput_by_state import ThroughputByState # noqa: PLC0415
        d = dict(src_dict)
        seconds = d.pop("seconds")

        per_second = d.pop("per_second")

        by_state = ThroughputByState.from_dict(d.pop("by_state"))




        throughput = cls(
            seconds=seconds,
            per_second=per_second,
            by_state=by_state,
        )


        throughput.additional_properties = d
        return throughput

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.queue_point_state import QueuePointState
from typing import cast






T = TypeVar("T", bound="QueuePoint")



@_attrs_define
class QueuePoint:
    """ A queue at a past moment.

        Attributes:
            name (str):
            state (QueuePointState):
            depth (int):
            delayed (int):
            held (int):
            running (int):
            oldest_seconds (float | None):
            finished_per_second (float):
     """

    name: str
    state: QueuePointState
    depth: int
    delayed: int
    held: int
    running: int
    oldest_seconds: float | None
    finished_per_second: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        name = self.name

        state = self.state.value

        depth = self.depth

        delayed = self.delayed

        held = self.held

        running = self.running

        oldest_seconds: float | None
        oldest_seconds = self.oldest_seconds

        finished_per_second = self.finished_per_second


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "name": name,
            "state": state,
            "depth": depth,
            "delayed": delayed,
            "held": held,
            "running": running,
            "oldest_seconds": oldest_seconds,
            "finished_per_second": finished_per_second,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        state = QueuePointState(d.pop("state"))




        depth = d.pop("depth")

        delayed = d.pop("delayed")

        held = d.pop("held")

        running = d.pop("running")

        def _parse_oldest_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        oldest_seconds = _parse_oldest_seconds(d.pop("oldest_seconds"))


        finished_per_second = d.pop("finished_per_second")

        queue_point = cls(
            name=name,
            state=state,
            depth=depth,
            delayed=delayed,
            held=held,
            running=running,
            oldest_seconds=oldest_seconds,
            finished_per_second=finished_per_second,
        )


        queue_point.additional_properties = d
        return queue_point

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

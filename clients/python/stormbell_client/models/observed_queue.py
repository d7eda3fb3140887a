from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.observed_queue_state import ObservedQueueState
from typing import cast






T = TypeVar("T", bound="ObservedQueue")



@_attrs_define
class ObservedQueue:
    """ One queue.

        Attributes:
            name (str):
            state (ObservedQueueState):
            depth (int): Due and not running
            delayed (int): Not due yet
            held (int): At a limit, behind another job, or in a paused queue
            running (int):
            oldest_seconds (float | None): Age of the due job that waits longest
            finished_per_second (float): Over the last minute
            start_p50_seconds (float | None): From due to started, of jobs that ended in the last minute
            start_p95_seconds (float | None):
     """

    name: str
    state: ObservedQueueState
    depth: int
    delayed: int
    held: int
    running: int
    oldest_seconds: float | None
    finished_per_second: float
    start_p50_seconds: float | None
    start_p95_seconds: float | None
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

        start_p50_seconds: float | None
        start_p50_seconds = self.start_p50_seconds

        start_p95_seconds: float | None
        start_p95_seconds = self.start_p95_seconds


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
            "start_p50_seconds": start_p50_seconds,
            "start_p95_seconds": start_p95_seconds,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        state = ObservedQueueState(d.pop("state"))




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

        def _parse_start_p50_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        start_p50_seconds = _parse_start_p50_seconds(d.pop("start_p50_seconds"))


        def _parse_start_p95_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        start_p95_seconds = _parse_start_p95_seconds(d.pop("start_p95_seconds"))


        observed_queue = cls(
            name=name,
            state=state,
            depth=depth,
            delayed=delayed,
            held=held,
            running=running,
            oldest_seconds=oldest_seconds,
            finished_per_second=finished_per_second,
            start_p50_seconds=start_p50_seconds,
            start_p95_seconds=start_p95_seconds,
        )


        observed_queue.additional_properties = d
        return observed_queue

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="MachineHistoryPoint")



@_attrs_define
class MachineHistoryPoint:
    """ How a machine was in the time from ``at`` on; null: it told nothing of that.

        Attributes:
            at (datetime.datetime):
            answered (float): Share of the samples of that time in which it answered
            latency_seconds (float | None):
            cores (int | None):
            cores_used (float | None): On average
            node_count (int | None):
            nodes_used (float | None):
            queued_count (float | None): Jobs that waited, everybody's as far as they are shown to us
            running_count (float | None):
            own_queued_count (float | None): Runs of ours that waited
            own_running_count (float | None):
     """

    at: datetime.datetime
    answered: float
    latency_seconds: float | None
    cores: int | None
    cores_used: float | None
    node_count: int | None
    nodes_used: float | None
    queued_count: float | None
    running_count: float | None
    own_queued_count: float | None
    own_running_count: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        at = self.at.isoformat()

        answered = self.answered

        latency_seconds: float | None
        latency_seconds = self.latency_seconds

        cores: int | None
        cores = self.cores

        cores_used: float | None
        cores_used = self.cores_used

        node_count: int | None
        node_count = self.node_count

        nodes_used: float | None
        nodes_used = self.nodes_used

        queued_count: float | None
        queued_count = self.queued_count

        running_count: float | None
        running_count = self.running_count

        own_queued_count: float | None
        own_queued_count = self.own_queued_count

        own_running_count: float | None
        own_running_count = self.own_running_count


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "at": at,
            "answered": answered,
            "latency_seconds": latency_seconds,
            "cores": cores,
            "cores_used": cores_used,
            "node_count": node_count,
            "nodes_used": nodes_used,
            "queued_count": queued_count,
            "running_count": running_count,
            "own_queued_count": own_queued_count,
            "own_running_count": own_running_count,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        at = datetime.datetime.fromisoformat(d.pop("at"))




        answered = d.pop("answered")

        def _parse_latency_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        latency_seconds = _parse_latency_seconds(d.pop("latency_seconds"))


        def _parse_cores(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        cores = _parse_cores(d.pop("cores"))


        def _parse_cores_used(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        cores_used = _parse_cores_used(d.pop("cores_used"))


        def _parse_node_count(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        node_count = _parse_node_count(d.pop("node_count"))


        def _parse_nodes_used(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        nodes_used = _parse_nodes_used(d.pop("nodes_used"))


        def _parse_queued_count(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        queued_count = _parse_queued_count(d.pop("queued_count"))


        def _parse_running_count(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        running_count = _parse_running_count(d.pop("running_count"))


        def _parse_own_queued_count(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        own_queued_count = _parse_own_queued_count(d.pop("own_queued_count"))


        def _parse_own_running_count(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        own_running_count = _parse_own_running_count(d.pop("own_running_count"))


        machine_history_point = cls(
            at=at,
            answered=answered,
            latency_seconds=latency_seconds,
            cores=cores,
            cores_used=cores_used,
            node_count=node_count,
            nodes_used=nodes_used,
            queued_count=queued_count,
            running_count=running_count,
            own_queued_count=own_queued_count,
            own_running_count=own_running_count,
        )


        machine_history_point.additional_properties = d
        return machine_history_point

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.node_point import NodePoint
  from ..models.queue_point import QueuePoint





T = TypeVar("T", bound="HistoryPoint")



@_attrs_define
class HistoryPoint:
    """ A kept sample.

        Attributes:
            at (datetime.datetime):
            estimated (bool):
            nodes (list[NodePoint]):
            queues (list[QueuePoint]):
            finished_per_second (float):
            start_p50_seconds (float | None):
            start_p95_seconds (float | None):
            deaths (int):
            rebalances (int):
     """

    at: datetime.datetime
    estimated: bool
    nodes: list[NodePoint]
    queues: list[QueuePoint]
    finished_per_second: float
    start_p50_seconds: float | None
    start_p95_seconds: float | None
    deaths: int
    rebalances: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.node_point import NodePoint # noqa: PLC0415
        from ..models.queue_point import QueuePoint # noqa: PLC0415
        at = self.at.isoformat()

        estimated = self.estimated

        nodes = []
        for nodes_item_data in self.nodes:
            nodes_item = nodes_item_data.to_dict()
            nodes.append(nodes_item)



        queues = []
        for queues_item_data in self.queues:
            queues_item = queues_item_data.to_dict()
            queues.append(queues_item)



        finished_per_second = self.finished_per_second

        start_p50_seconds: float | None
        start_p50_seconds = self.start_p50_seconds

        start_p95_seconds: float | None
        start_p95_seconds = self.start_p95_seconds

        deaths = self.deaths

        rebalances = self.rebalances


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "at": at,
            "estimated": estimated,
            "nodes": nodes,
            "queues": queues,
            "finished_per_second": finished_per_second,
            "start_p50_seconds": start_p50_seconds,
            "start_p95_seconds": start_p95_seconds,
            "deaths": deaths,
            "rebalances": rebalances,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.node_point import NodePoint # noqa: PLC0415
        from ..models.queue_point import QueuePoint # noqa: PLC0415
        d = dict(src_dict)
        at = datetime.datetime.fromisoformat(d.pop("at"))




        estimated = d.pop("estimated")

        nodes = []
        _nodes = d.pop("nodes")
        for nodes_item_data in (_nodes):
            nodes_item = NodePoint.from_dict(nodes_item_data)



            nodes.append(nodes_item)


        queues = []
        _queues = d.pop("queues")
        for queues_item_data in (_queues):
            queues_item = QueuePoint.from_dict(queues_item_data)



            queues.append(queues_item)


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


        deaths = d.pop("deaths")

        rebalances = d.pop("rebalances")

        history_point = cls(
            at=at,
            estimated=estimated,
            nodes=nodes,
            queues=queues,
            finished_per_second=finished_per_second,
            start_p50_seconds=start_p50_seconds,
            start_p95_seconds=start_p95_seconds,
            deaths=deaths,
            rebalances=rebalances,
        )


        history_point.additional_properties = d
        return history_point

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

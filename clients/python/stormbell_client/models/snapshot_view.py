from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.node_change_view import NodeChangeView
  from ..models.observed_node import ObservedNode
  from ..models.observed_queue import ObservedQueue
  from ..models.throughput import Throughput





T = TypeVar("T", bound="SnapshotView")



@_attrs_define
class SnapshotView:
    """ Nodes and queue at one moment. All counts cost the same whatever the backlog.

        Attributes:
            at (datetime.datetime):
            estimated (bool): Waiting jobs are too many to count: figures of queues come from a sample
            observers (int):
            nodes (list[ObservedNode]):
            queues (list[ObservedQueue]):
            throughput (list[Throughput]):
            start_p50_seconds (float | None): From due to started, of jobs that ended in the last minute
            start_p95_seconds (float | None):
            deaths (int): Nodes that died in the last hour, without having said good-bye
            rebalances (int): How often sections changed hands in the last hour
            changes (list[NodeChangeView]): Of the last hour, oldest first, the newest 50
     """

    at: datetime.datetime
    estimated: bool
    observers: int
    nodes: list[ObservedNode]
    queues: list[ObservedQueue]
    throughput: list[Throughput]
    start_p50_seconds: float | None
    start_p95_seconds: float | None
    deaths: int
    rebalances: int
    changes: list[NodeChangeView]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.node_change_view import NodeChangeView # noqa: PLC0415
        from ..models.observed_node import ObservedNode # noqa: PLC0415
        from ..models.observed_queue import ObservedQueue # noqa: PLC0415
        from ..models.throughput import Throughput # noqa: PLC0415
        at = self.at.isoformat()

        estimated = self.estimated

        observers = self.observers

        nodes = []
        for nodes_item_data in self.nodes:
            nodes_item = nodes_item_data.to_dict()
            nodes.append(nodes_item)



        queues = []
        for queues_item_data in self.queues:
            queues_item = queues_item_data.to_dict()
            queues.append(queues_item)



        throughput = []
        for throughput_item_data in self.throughput:
            throughput_item = throughput_item_data.to_dict()
            throughput.append(throughput_item)



        start_p50_seconds: float | None
        start_p50_seconds = self.start_p50_seconds

        start_p95_seconds: float | None
        start_p95_seconds = self.start_p95_seconds

        deaths = self.deaths

        rebalances = self.rebalances

        changes = []
        for changes_item_data in self.changes:
            changes_item = changes_item_data.to_dict()
            changes.append(changes_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "at": at,
            "estimated": estimated,
            "observers": observers,
            "nodes": nodes,
            "queues": queues,
            "throughput": throughput,
            "start_p50_seconds": start_p50_seconds,
            "start_p95_seconds": start_p95_seconds,
            "deaths": deaths,
            "rebalances": rebalances,
            "changes": changes,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.node_change_view import NodeChangeView # noqa: PLC0415
        from ..models.observed_node import ObservedNode # noqa: PLC0415
        from ..models.observed_queue import ObservedQueue # noqa: PLC0415
        from ..models.throughput import Throughput # noqa: PLC0415
        d = dict(src_dict)
        at = datetime.datetime.fromisoformat(d.pop("at"))




        estimated = d.pop("estimated")

        observers = d.pop("observers")

        nodes = []
        _nodes = d.pop("nodes")
        for nodes_item_data in (_nodes):
            nodes_item = ObservedNode.from_dict(nodes_item_data)



            nodes.append(nodes_item)


        queues = []
        _queues = d.pop("queues")
        for queues_item_data in (_queues):
            queues_item = ObservedQueue.from_dict(queues_item_data)



            queues.append(queues_item)


        throughput = []
        _throughput = d.pop("throughput")
        for throughput_item_data in (_throughput):
            throughput_item = Throughput.from_dict(throughput_item_data)



            throughput.append(throughput_item)


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

        changes = []
        _changes = d.pop("changes")
        for changes_item_data in (_changes):
            changes_item = NodeChangeView.from_dict(changes_item_data)



            changes.append(changes_item)


        snapshot_view = cls(
            at=at,
            estimated=estimated,
            observers=observers,
            nodes=nodes,
            queues=queues,
            throughput=throughput,
            start_p50_seconds=start_p50_seconds,
            start_p95_seconds=start_p95_seconds,
            deaths=deaths,
            rebalances=rebalances,
            changes=changes,
        )


        snapshot_view.additional_properties = d
        return snapshot_view

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

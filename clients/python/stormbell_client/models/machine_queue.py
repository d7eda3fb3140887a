from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.machine_queue_limits import MachineQueueLimits
  from ..models.queue_job import QueueJob
  from ..models.queue_node import QueueNode
  from ..models.queue_partition import QueuePartition
  from ..models.queue_reservation import QueueReservation





T = TypeVar("T", bound="MachineQueue")



@_attrs_define
class MachineQueue:
    """ What a machine's batch system said when it was asked.

        Attributes:
            asked_at (datetime.datetime):
            partitions (list[QueuePartition] | Unset):
            nodes (list[QueueNode] | Unset):
            limits (MachineQueueLimits | Unset): Of the batch system as a whole
            reservations (list[QueueReservation] | Unset):
            jobs (list[QueueJob] | Unset):
            omitted_count (int | Unset): Jobs beyond the limit Default: 0.
     """

    asked_at: datetime.datetime
    partitions: list[QueuePartition] | Unset = UNSET
    nodes: list[QueueNode] | Unset = UNSET
    limits: MachineQueueLimits | Unset = UNSET
    reservations: list[QueueReservation] | Unset = UNSET
    jobs: list[QueueJob] | Unset = UNSET
    omitted_count: int | Unset = 0
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.machine_queue_limits import MachineQueueLimits # noqa: PLC0415
        from ..models.queue_job import QueueJob # noqa: PLC0415
        from ..models.queue_node import QueueNode # noqa: PLC0415
        from ..models.queue_partition import QueuePartition # noqa: PLC0415
        from ..models.queue_reservation import QueueReservation # noqa: PLC0415
        asked_at = self.asked_at.isoformat()

        partitions: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.partitions, Unset):
            partitions = []
            for partitions_item_data in self.partitions:
                partitions_item = partitions_item_data.to_dict()
                partitions.append(partitions_item)



        nodes: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.nodes, Unset):
            nodes = []
            for nodes_item_data in self.nodes:
                nodes_item = nodes_item_data.to_dict()
                nodes.append(nodes_item)



        limits: dict[str, Any] | Unset = UNSET
        if not isinstance(self.limits, Unset):
            limits = self.limits.to_dict()

        reservations: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.reservations, Unset):
            reservations = []
            for reservations_item_data in self.reservations:
                reservations_item = reservations_item_data.to_dict()
                reservations.append(reservations_item)



        jobs: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.jobs, Unset):
            jobs = []
            for jobs_item_data in self.jobs:
                jobs_item = jobs_item_data.to_dict()
                jobs.append(jobs_item)



        omitted_count = self.omitted_count


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "asked_at": asked_at,
        })
        if partitions is not UNSET:
            field_dict["partitions"] = partitions
        if nodes is not UNSET:
            field_dict["nodes"] = nodes
        if limits is not UNSET:
            field_dict["limits"] = limits
        if reservations is not UNSET:
            field_dict["reservations"] = reservations
        if jobs is not UNSET:
            field_dict["jobs"] = jobs
        if omitted_count is not UNSET:
            field_dict["omitted_count"] = omitted_count

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.machine_queue_limits import MachineQueueLimits # noqa: PLC0415
        from ..models.queue_job import QueueJob # noqa: PLC0415
        from ..models.queue_node import QueueNode # noqa: PLC0415
        from ..models.queue_partition import QueuePartition # noqa: PLC0415
        from ..models.queue_reservation import QueueReservation # noqa: PLC0415
        d = dict(src_dict)
        asked_at = datetime.datetime.fromisoformat(d.pop("asked_at"))




        _partitions = d.pop("partitions", UNSET)
        partitions: list[QueuePartition] | Unset = UNSET
        if _partitions is not UNSET:
            partitions = []
            for partitions_item_data in _partitions:
                partitions_item = QueuePartition.from_dict(partitions_item_data)



                partitions.append(partitions_item)


        _nodes = d.pop("nodes", UNSET)
        nodes: list[QueueNode] | Unset = UNSET
        if _nodes is not UNSET:
            nodes = []
            for nodes_item_data in _nodes:
                nodes_item = QueueNode.from_dict(nodes_item_data)



                nodes.append(nodes_item)


        _limits = d.pop("limits", UNSET)
        limits: MachineQueueLimits | Unset
        if isinstance(_limits,  Unset):
            limits = UNSET
        else:
            limits = MachineQueueLimits.from_dict(_limits)




        _reservations = d.pop("reservations", UNSET)
        reservations: list[QueueReservation] | Unset = UNSET
        if _reservations is not UNSET:
            reservations = []
            for reservations_item_data in _reservations:
                reservations_item = QueueReservation.from_dict(reservations_item_data)



                reservations.append(reservations_item)


        _jobs = d.pop("jobs", UNSET)
        jobs: list[QueueJob] | Unset = UNSET
        if _jobs is not UNSET:
            jobs = []
            for jobs_item_data in _jobs:
                jobs_item = QueueJob.from_dict(jobs_item_data)



                jobs.append(jobs_item)


        omitted_count = d.pop("omitted_count", UNSET)

        machine_queue = cls(
            asked_at=asked_at,
            partitions=partitions,
            nodes=nodes,
            limits=limits,
            reservations=reservations,
            jobs=jobs,
            omitted_count=omitted_count,
        )


        machine_queue.additional_properties = d
        return machine_queue

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

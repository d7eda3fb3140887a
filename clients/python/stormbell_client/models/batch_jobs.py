from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.batch_jobs_urgency import BatchJobsUrgency
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.batch_jobs_payloads_item import BatchJobsPayloadsItem





T = TypeVar("T", bound="BatchJobs")



@_attrs_define
class BatchJobs:
    """ Jobs of one kind for a batch.

        Attributes:
            kind (str):
            payloads (list[BatchJobsPayloadsItem]):
            queue (None | str | Unset):
            urgency (BatchJobsUrgency | Unset):  Default: BatchJobsUrgency.NORMAL.
            priority (int | Unset):  Default: 0.
            limit_key (None | str | Unset):
            max_attempts (int | None | Unset):
     """

    kind: str
    payloads: list[BatchJobsPayloadsItem]
    queue: None | str | Unset = UNSET
    urgency: BatchJobsUrgency | Unset = BatchJobsUrgency.NORMAL
    priority: int | Unset = 0
    limit_key: None | str | Unset = UNSET
    max_attempts: int | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.batch_jobs_payloads_item import BatchJobsPayloadsItem # noqa: PLC0415
        kind = self.kind

        payloads = []
        for payloads_item_data in self.payloads:
            payloads_item = payloads_item_data.to_dict()
            payloads.append(payloads_item)



        queue: None | str | Unset
        if isinstance(self.queue, Unset):
            queue = UNSET
        else:
            queue = self.queue

        urgency: str | Unset = UNSET
        if not isinstance(self.urgency, Unset):
            urgency = self.urgency.value


        priority = self.priority

        limit_key: None | str | Unset
        if isinstance(self.limit_key, Unset):
            limit_key = UNSET
        else:
            limit_key = self.limit_key

        max_attempts: int | None | Unset
        if isinstance(self.max_attempts, Unset):
            max_attempts = UNSET
        else:
            max_attempts = self.max_attempts


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "kind": kind,
            "payloads": payloads,
        })
        if queue is not UNSET:
            field_dict["queue"] = queue
        if urgency is not UNSET:
            field_dict["urgency"] = urgency
        if priority is not UNSET:
            field_dict["priority"] = priority
        if limit_key is not UNSET:
            field_dict["limit_key"] = limit_key
        if max_attempts is not UNSET:
            field_dict["max_attempts"] = max_attempts

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.batch_jobs_payloads_item import BatchJobsPayloadsItem # noqa: PLC0415
        d = dict(src_dict)
        kind = d.pop("kind")

        payloads = []
        _payloads = d.pop("payloads")
        for payloads_item_data in (_payloads):
            payloads_item = BatchJobsPayloadsItem.from_dict(payloads_item_data)



            payloads.append(payloads_item)


        def _parse_queue(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        queue = _parse_queue(d.pop("queue", UNSET))


        _urgency = d.pop("urgency", UNSET)
        urgency: BatchJobsUrgency | Unset
        if isinstance(_urgency,  Unset):
            urgency = UNSET
        else:
            urgency = BatchJobsUrgency(_urgency)




        priority = d.pop("priority", UNSET)

        def _parse_limit_key(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        limit_key = _parse_limit_key(d.pop("limit_key", UNSET))


        def _parse_max_attempts(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_attempts = _parse_max_attempts(d.pop("max_attempts", UNSET))


        batch_jobs = cls(
            kind=kind,
            payloads=payloads,
            queue=queue,
            urgency=urgency,
            priority=priority,
            limit_key=limit_key,
            max_attempts=max_attempts,
        )

        return batch_jobs


from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.job_batch_state import JobBatchState
from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.job_batch_counts import JobBatchCounts





T = TypeVar("T", bound="JobBatch")



@_attrs_define
class JobBatch:
    """ A batch and how far it has come.

        Attributes:
            id (str):
            name (str):
            state (JobBatchState):
            total (int): Jobs in it; of an open batch so far
            ended (int):
            running (int):
            counts (JobBatchCounts): Ended jobs by final state
            fraction (float | None):
            created_at (datetime.datetime):
            callback_kind (None | str | Unset):
            callback_job_id (None | str | Unset):
            created_by (None | str | Unset):
            owner_id (None | str | Unset): Whose it and its jobs are; none: the house's
            sealed_at (datetime.datetime | None | Unset):
            finished_at (datetime.datetime | None | Unset):
     """

    id: str
    name: str
    state: JobBatchState
    total: int
    ended: int
    running: int
    counts: JobBatchCounts
    fraction: float | None
    created_at: datetime.datetime
    callback_kind: None | str | Unset = UNSET
    callback_job_id: None | str | Unset = UNSET
    created_by: None | str | Unset = UNSET
    owner_id: None | str | Unset = UNSET
    sealed_at: datetime.datetime | None | Unset = UNSET
    finished_at: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.job_batch_counts import JobBatchCounts # noqa: PLC0415
        id = self.id

        name = self.name

        state = self.state.value

        total = self.total

        ended = self.ended

        running = self.running

        counts = self.counts.to_dict()

        fraction: float | None
        fraction = self.fraction

        created_at = self.created_at.isoformat()

        callback_kind: None | str | Unset
        if isinstance(self.callback_kind, Unset):
            callback_kind = UNSET
        else:
            callback_kind = self.callback_kind

        callback_job_id: None | str | Unset
        if isinstance(self.callback_job_id, Unset):
            callback_job_id = UNSET
        else:
            callback_job_id = self.callback_job_id

        created_by: None | str | Unset
        if isinstance(self.created_by, Unset):
            created_by = UNSET
        else:
            created_by = self.created_by

        owner_id: None | str | Unset
        if isinstance(self.owner_id, Unset):
            owner_id = UNSET
        else:
            owner_id = self.owner_id

        sealed_at: None | str | Unset
        if isinstance(self.sealed_at, Unset):
            sealed_at = UNSET
        elif isinstance(self.sealed_at, datetime.datetime):
            sealed_at = self.sealed_at.isoformat()
        else:
            sealed_at = self.sealed_at

        finished_at: None | str | Unset
        if isinstance(self.finished_at, Unset):
            finished_at = UNSET
        elif isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "name": name,
            "state": state,
            "total": total,
            "ended": ended,
            "running": running,
            "counts": counts,
            "fraction": fraction,
            "created_at": created_at,
        })
        if callback_kind is not UNSET:
            field_dict["callback_kind"] = callback_kind
        if callback_job_id is not UNSET:
            field_dict["callback_job_id"] = callback_job_id
        if created_by is not UNSET:
            field_dict["created_by"] = created_by
        if owner_id is not UNSET:
            field_dict["owner_id"] = owner_id
        if sealed_at is not UNSET:
            field_dict["sealed_at"] = sealed_at
        if finished_at is not UNSET:
            field_dict["finished_at"] = finished_at

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.job_batch_counts import JobBatchCounts # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        state = JobBatchState(d.pop("state"))




        total = d.pop("total")

        ended = d.pop("ended")

        running = d.pop("running")

        counts = JobBatchCounts.from_dict(d.pop("counts"))




        def _parse_fraction(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        fraction = _parse_fraction(d.pop("fraction"))


        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        def _parse_callback_kind(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        callback_kind = _parse_callback_kind(d.pop("callback_kind", UNSET))


        def _parse_callback_job_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        callback_job_id = _parse_callback_job_id(d.pop("callback_job_id", UNSET))


        def _parse_created_by(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        created_by = _parse_created_by(d.pop("created_by", UNSET))


        def _parse_owner_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        owner_id = _parse_owner_id(d.pop("owner_id", UNSET))


        def _parse_sealed_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                sealed_at_type_0 = datetime.datetime.fromisoformat(data)



                return sealed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        sealed_at = _parse_sealed_at(d.pop("sealed_at", UNSET))


        def _parse_finished_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)



                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        finished_at = _parse_finished_at(d.pop("finished_at", UNSET))


        job_batch = cls(
            id=id,
            name=name,
            state=state,
            total=total,
            ended=ended,
            running=running,
            counts=counts,
            fraction=fraction,
            created_at=created_at,
            callback_kind=callback_kind,
            callback_job_id=callback_job_id,
            created_by=created_by,
            owner_id=owner_id,
            sealed_at=sealed_at,
            finished_at=finished_at,
        )


        job_batch.additional_properties = d
        return job_batch

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

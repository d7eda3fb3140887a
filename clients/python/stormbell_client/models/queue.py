from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.queue_state import QueueState
from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.job_limit import JobLimit





T = TypeVar("T", bound="Queue")



@_attrs_define
class Queue:
    """ A queue: what was decided about it and how full it is.

        Attributes:
            name (str):
            state (QueueState):
            fifo (bool): One job of a section after the other, by number
            depth (int): Due, and free to begin
            delayed (int): Not due yet
            held (int): Waits for a limit, its turn, other jobs or the end of a pause
            running (int):
            at_least (bool): Counting stopped at 100,000 jobs: every number is at least that
            oldest_seconds (float | None): Age of the due or held job that waits longest
            limit (JobLimit | None | Unset):
            reason (None | str | Unset):
            changed_by (None | str | Unset):
            changed_at (datetime.datetime | None | Unset):
     """

    name: str
    state: QueueState
    fifo: bool
    depth: int
    delayed: int
    held: int
    running: int
    at_least: bool
    oldest_seconds: float | None
    limit: JobLimit | None | Unset = UNSET
    reason: None | str | Unset = UNSET
    changed_by: None | str | Unset = UNSET
    changed_at: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.job_limit import JobLimit # noqa: PLC0415
        name = self.name

        state = self.state.value

        fifo = self.fifo

        depth = self.depth

        delayed = self.delayed

        held = self.held

        running = self.running

        at_least = self.at_least

        oldest_seconds: float | None
        oldest_seconds = self.oldest_seconds

        limit: dict[str, Any] | None | Unset
        if isinstance(self.limit, Unset):
            limit = UNSET
        elif isinstance(self.limit, JobLimit):
            limit = self.limit.to_dict()
        else:
            limit = self.limit

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        changed_by: None | str | Unset
        if isinstance(self.changed_by, Unset):
            changed_by = UNSET
        else:
            changed_by = self.changed_by

        changed_at: None | str | Unset
        if isinstance(self.changed_at, Unset):
            changed_at = UNSET
        elif isinstance(self.changed_at, datetime.datetime):
            changed_at = self.changed_at.isoformat()
        else:
            changed_at = self.changed_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "name": name,
            "state": state,
            "fifo": fifo,
            "depth": depth,
            "delayed": delayed,
            "held": held,
            "running": running,
            "at_least": at_least,
            "oldest_seconds": oldest_seconds,
        })
        if limit is not UNSET:
            field_dict["limit"] = limit
        if reason is not UNSET:
            field_dict["reason"] = reason
        if changed_by is not UNSET:
            field_dict["changed_by"] = changed_by
        if changed_at is not UNSET:
            field_dict["changed_at"] = changed_at

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.job_limit import JobLimit # noqa: PLC0415
        d = dict(src_dict)
        name = d.pop("name")

        state = QueueState(d.pop("state"))




        fifo = d.pop("fifo")

        depth = d.pop("depth")

        delayed = d.pop("delayed")

        held = d.pop("held")

        running = d.pop("running")

        at_least = d.pop("at_least")

        def _parse_oldest_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        oldest_seconds = _parse_oldest_seconds(d.pop("oldest_seconds"))


        def _parse_limit(data: object) -> JobLimit | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                limit_type_0 = JobLimit.from_dict(data)



                return limit_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JobLimit | None | Unset, data)

        limit = _parse_limit(d.pop("limit", UNSET))


        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))


        def _parse_changed_by(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        changed_by = _parse_changed_by(d.pop("changed_by", UNSET))


        def _parse_changed_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                changed_at_type_0 = datetime.datetime.fromisoformat(data)



                return changed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        changed_at = _parse_changed_at(d.pop("changed_at", UNSET))


        queue = cls(
            name=name,
            state=state,
            fifo=fifo,
            depth=depth,
            delayed=delayed,
            held=held,
            running=running,
            at_least=at_least,
            oldest_seconds=oldest_seconds,
            limit=limit,
            reason=reason,
            changed_by=changed_by,
            changed_at=changed_at,
        )


        queue.additional_properties = d
        return queue

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

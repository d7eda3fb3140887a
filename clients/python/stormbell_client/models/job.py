from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.job_state import JobState
from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.waiting import Waiting





T = TypeVar("T", bound="Job")



@_attrs_define
class Job:
    """ A unit of work, live or ended.

        Attributes:
            id (str):
            number (int):
            kind (str):
            queue (str):
            state (JobState):
            priority (int):
            attempt (int): Attempts begun so far
            max_attempts (int): Failures after which it fails for good
            failed_count (int):
            lost_count (int):
            created_at (datetime.datetime):
            run_at (datetime.datetime):
            started_at (datetime.datetime | None | Unset):
            finished_at (datetime.datetime | None | Unset):
            incident_id (None | str | Unset):
            simulation_id (None | str | Unset):
            error (None | str | Unset):
            waiting_on (None | Unset | Waiting):
     """

    id: str
    number: int
    kind: str
    queue: str
    state: JobState
    priority: int
    attempt: int
    max_attempts: int
    failed_count: int
    lost_count: int
    created_at: datetime.datetime
    run_at: datetime.datetime
    started_at: datetime.datetime | None | Unset = UNSET
    finished_at: datetime.datetime | None | Unset = UNSET
    incident_id: None | str | Unset = UNSET
    simulation_id: None | str | Unset = UNSET
    error: None | str | Unset = UNSET
    waiting_on: None | Unset | Waiting = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.waiting import Waiting # noqa: PLC0415
        id = self.id

        number = self.number

        kind = self.kind

        queue = self.queue

        state = self.state.value

        priority = self.priority

        attempt = self.attempt

        max_attempts = self.max_attempts

        failed_count = self.failed_count

        lost_count = self.lost_count

        created_at = self.created_at.isoformat()

        run_at = self.run_at.isoformat()

        started_at: None | str | Unset
        if isinstance(self.started_at, Unset):
            started_at = UNSET
        elif isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        finished_at: None | str | Unset
        if isinstance(self.finished_at, Unset):
            finished_at = UNSET
        elif isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        incident_id: None | str | Unset
        if isinstance(self.incident_id, Unset):
            incident_id = UNSET
        else:
            incident_id = self.incident_id

        simulation_id: None | str | Unset
        if isinstance(self.simulation_id, Unset):
            simulation_id = UNSET
        else:
            simulation_id = self.simulation_id

        error: None | str | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        else:
            error = self.error

        waiting_on: dict[str, Any] | None | Unset
        if isinstance(self.waiting_on, Unset):
            waiting_on = UNSET
        elif isinstance(self.waiting_on, Waiting):
            waiting_on = self.waiting_on.to_dict()
        else:
            waiting_on = self.waiting_on


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "number": number,
            "kind": kind,
            "queue": queue,
            "state": state,
            "priority": priority,
            "attempt": attempt,
            "max_attempts": max_attempts,
            "failed_count": failed_count,
            "lost_count": lost_count,
            "created_at": created_at,
            "run_at": run_at,
        })
        if started_at is not UNSET:
            field_dict["started_at"] = started_at
        if finished_at is not UNSET:
            field_dict["finished_at"] = finished_at
        if incident_id is not UNSET:
            field_dict["incident_id"] = incident_id
        if simulation_id is not UNSET:
            field_dict["simulation_id"] = simulation_id
        if error is not UNSET:
            field_dict["error"] = error
        if waiting_on is not UNSET:
            field_dict["waiting_on"] = waiting_on

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.waiting import Waiting # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        number = d.pop("number")

        kind = d.pop("kind")

        queue = d.pop("queue")

        state = JobState(d.pop("state"))




        priority = d.pop("priority")

        attempt = d.pop("attempt")

        max_attempts = d.pop("max_attempts")

        failed_count = d.pop("failed_count")

        lost_count = d.pop("lost_count")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        run_at = datetime.datetime.fromisoformat(d.pop("run_at"))




        def _parse_started_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                started_at_type_0 = datetime.datetime.fromisoformat(data)



                return started_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        started_at = _parse_started_at(d.pop("started_at", UNSET))


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


        def _parse_incident_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        incident_id = _parse_incident_id(d.pop("incident_id", UNSET))


        def _parse_simulation_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        simulation_id = _parse_simulation_id(d.pop("simulation_id", UNSET))


        def _parse_error(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        error = _parse_error(d.pop("error", UNSET))


        def _parse_waiting_on(data: object) -> None | Unset | Waiting:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                waiting_on_type_0 = Waiting.from_dict(data)



                return waiting_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | Waiting, data)

        waiting_on = _parse_waiting_on(d.pop("waiting_on", UNSET))


        job = cls(
            id=id,
            number=number,
            kind=kind,
            queue=queue,
            state=state,
            priority=priority,
            attempt=attempt,
            max_attempts=max_attempts,
            failed_count=failed_count,
            lost_count=lost_count,
            created_at=created_at,
            run_at=run_at,
            started_at=started_at,
            finished_at=finished_at,
            incident_id=incident_id,
            simulation_id=simulation_id,
            error=error,
            waiting_on=waiting_on,
        )


        job.additional_properties = d
        return job

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.job_state import JobState
from ..models.job_urgency import JobUrgency
from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.job_progress import JobProgress
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
            urgency (JobUrgency):
            priority (int): Among jobs of the same urgency; larger goes first
            section (int): Slice of the queue it is in
            attempt (int): Attempts begun so far
            max_attempts (int): Failures after which it fails for good
            failed_count (int):
            lost_count (int):
            created_at (datetime.datetime):
            run_at (datetime.datetime):
            started_at (datetime.datetime | None | Unset):
            finished_at (datetime.datetime | None | Unset):
            expires_at (datetime.datetime | None | Unset): Not to be started after this
            deadline_at (datetime.datetime | None | Unset): Not to go on after this
            node (None | str | Unset): Boot id of the node that has, or last had, an attempt at it
            unique_key (None | str | Unset):
            limit_key (None | str | Unset): What it uses; limits of that key count it
            incident_id (None | str | Unset):
            simulation_id (None | str | Unset):
            batch_id (None | str | Unset):
            origin (None | str | Unset): Who or what made it: usr_…, sch_…@target time, job_… it repeats
            owner_id (None | str | Unset): Whose it is; none: the house's, which everybody sees
            error (None | str | Unset):
            progress (JobProgress | None | Unset):
            waiting_on (None | Unset | Waiting):
     """

    id: str
    number: int
    kind: str
    queue: str
    state: JobState
    urgency: JobUrgency
    priority: int
    section: int
    attempt: int
    max_attempts: int
    failed_count: int
    lost_count: int
    created_at: datetime.datetime
    run_at: datetime.datetime
    started_at: datetime.datetime | None | Unset = UNSET
    finished_at: datetime.datetime | None | Unset = UNSET
    expires_at: datetime.datetime | None | Unset = UNSET
    deadline_at: datetime.datetime | None | Unset = UNSET
    node: None | str | Unset = UNSET
    unique_key: None | str | Unset = UNSET
    limit_key: None | str | Unset = UNSET
    incident_id: None | str | Unset = UNSET
    simulation_id: None | str | Unset = UNSET
    batch_id: None | str | Unset = UNSET
    origin: None | str | Unset = UNSET
    owner_id: None | str | Unset = UNSET
    error: None | str | Unset = UNSET
    progress: JobProgress | None | Unset = UNSET
    waiting_on: None | Unset | Waiting = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.job_progress import JobProgress # noqa: PLC0415
        from ..models.waiting import Waiting # noqa: PLC0415
        id = self.id

        number = self.number

        kind = self.kind

        queue = self.queue

        state = self.state.value

        urgency = self.urgency.value

        priority = self.priority

        section = self.section

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

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        deadline_at: None | str | Unset
        if isinstance(self.deadline_at, Unset):
            deadline_at = UNSET
        elif isinstance(self.deadline_at, datetime.datetime):
            deadline_at = self.deadline_at.isoformat()
        else:
            deadline_at = self.deadline_at

        node: None | str | Unset
        if isinstance(self.node, Unset):
            node = UNSET
        else:
            node = self.node

        unique_key: None | str | Unset
        if isinstance(self.unique_key, Unset):
            unique_key = UNSET
        else:
            unique_key = self.unique_key

        limit_key: None | str | Unset
        if isinstance(self.limit_key, Unset):
            limit_key = UNSET
        else:
            limit_key = self.limit_key

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

        batch_id: None | str | Unset
        if isinstance(self.batch_id, Unset):
            batch_id = UNSET
        else:
            batch_id = self.batch_id

        origin: None | str | Unset
        if isinstance(self.origin, Unset):
            origin = UNSET
        else:
            origin = self.origin

        owner_id: None | str | Unset
        if isinstance(self.owner_id, Unset):
            owner_id = UNSET
        else:
            owner_id = self.owner_id

        error: None | str | Unset
        if isinstance(self.error, Unset):
            error = UNSET
        else:
            error = self.error

        progress: dict[str, Any] | None | Unset
        if isinstance(self.progress, Unset):
            progress = UNSET
        elif isinstance(self.progress, JobProgress):
            progress = self.progress.to_dict()
        else:
            progress = self.progress

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
            "urgency": urgency,
            "priority": priority,
            "section": section,
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
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at
        if deadline_at is not UNSET:
            field_dict["deadline_at"] = deadline_at
        if node is not UNSET:
            field_dict["node"] = node
        if unique_key is not UNSET:
            field_dict["unique_key"] = unique_key
        if limit_key is not UNSET:
            field_dict["limit_key"] = limit_key
        if incident_id is not UNSET:
            field_dict["incident_id"] = incident_id
        if simulation_id is not UNSET:
            field_dict["simulation_id"] = simulation_id
        if batch_id is not UNSET:
            field_dict["batch_id"] = batch_id
        if origin is not UNSET:
            field_dict["origin"] = origin
        if owner_id is not UNSET:
            field_dict["owner_id"] = owner_id
        if error is not UNSET:
            field_dict["error"] = error
        if progress is not UNSET:
            field_dict["progress"] = progress
        if waiting_on is not UNSET:
            field_dict["waiting_on"] = waiting_on

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.job_progress import JobProgress # noqa: PLC0415
        from ..models.waiting import Waiting # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        number = d.pop("number")

        kind = d.pop("kind")

        queue = d.pop("queue")

        state = JobState(d.pop("state"))




        urgency = JobUrgency(d.pop("urgency"))




        priority = d.pop("priority")

        section = d.pop("section")

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


        def _parse_expires_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)



                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        expires_at = _parse_expires_at(d.pop("expires_at", UNSET))


        def _parse_deadline_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                deadline_at_type_0 = datetime.datetime.fromisoformat(data)



                return deadline_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        deadline_at = _parse_deadline_at(d.pop("deadline_at", UNSET))


        def _parse_node(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        node = _parse_node(d.pop("node", UNSET))


        def _parse_unique_key(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        unique_key = _parse_unique_key(d.pop("unique_key", UNSET))


        def _parse_limit_key(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        limit_key = _parse_limit_key(d.pop("limit_key", UNSET))


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


        def _parse_batch_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        batch_id = _parse_batch_id(d.pop("batch_id", UNSET))


        def _parse_origin(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        origin = _parse_origin(d.pop("origin", UNSET))


        def _parse_owner_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        owner_id = _parse_owner_id(d.pop("owner_id", UNSET))


        def _parse_error(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        error = _parse_error(d.pop("error", UNSET))


        def _parse_progress(data: object) -> JobProgress | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                progress_type_0 = JobProgress.from_dict(data)



                return progress_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JobProgress | None | Unset, data)

        progress = _parse_progress(d.pop("progress", UNSET))


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
            urgency=urgency,
            priority=priority,
            section=section,
            attempt=attempt,
            max_attempts=max_attempts,
            failed_count=failed_count,
            lost_count=lost_count,
            created_at=created_at,
            run_at=run_at,
            started_at=started_at,
            finished_at=finished_at,
            expires_at=expires_at,
            deadline_at=deadline_at,
            node=node,
            unique_key=unique_key,
            limit_key=limit_key,
            incident_id=incident_id,
            simulation_id=simulation_id,
            batch_id=batch_id,
            origin=origin,
            owner_id=owner_id,
            error=error,
            progress=progress,
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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.job_submit_on_conflict import JobSubmitOnConflict
from ..models.job_submit_on_failure import JobSubmitOnFailure
from ..models.job_submit_urgency import JobSubmitUrgency
from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.job_submit_payload import JobSubmitPayload





T = TypeVar("T", bound="JobSubmit")



@_attrs_define
class JobSubmit:
    """ A job to be done.

        Attributes:
            kind (str): One of GET /job-kinds that is submittable
            payload (JobSubmitPayload): What the kind takes
            queue (None | str | Unset): Instead of the kind's
            urgency (JobSubmitUrgency | Unset):  Default: JobSubmitUrgency.NORMAL.
            priority (int | Unset): Within the urgency; the larger goes first Default: 0.
            run_at (datetime.datetime | None | Unset): Not before this
            delay_seconds (float | None | Unset): Not before so long from now
            expires_at (datetime.datetime | None | Unset): Not to be begun after this
            expires_seconds (float | None | Unset):
            deadline_at (datetime.datetime | None | Unset): Not to go on after this
            deadline_seconds (float | None | Unset):
            unique_key (None | str | Unset): At most one live job has it; on_conflict says what happens
            on_conflict (JobSubmitOnConflict | Unset):  Default: JobSubmitOnConflict.DROP.
            limit_key (None | str | Unset): What it uses; limits of that key count it
            after (list[str] | Unset): Jobs that have to end first
            on_failure (JobSubmitOnFailure | Unset): What happens when one of those does not succeed Default:
                JobSubmitOnFailure.CANCEL.
            batch_id (None | str | Unset):
            max_attempts (int | None | Unset):
     """

    kind: str
    payload: JobSubmitPayload
    queue: None | str | Unset = UNSET
    urgency: JobSubmitUrgency | Unset = JobSubmitUrgency.NORMAL
    priority: int | Unset = 0
    run_at: datetime.datetime | None | Unset = UNSET
    delay_seconds: float | None | Unset = UNSET
    expires_at: datetime.datetime | None | Unset = UNSET
    expires_seconds: float | None | Unset = UNSET
    deadline_at: datetime.datetime | None | Unset = UNSET
    deadline_seconds: float | None | Unset = UNSET
    unique_key: None | str | Unset = UNSET
    on_conflict: JobSubmitOnConflict | Unset = JobSubmitOnConflict.DROP
    limit_key: None | str | Unset = UNSET
    after: list[str] | Unset = UNSET
    on_failure: JobSubmitOnFailure | Unset = JobSubmitOnFailure.CANCEL
    batch_id: None | str | Unset = UNSET
    max_attempts: int | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.job_submit_payload import JobSubmitPayload # noqa: PLC0415
        kind = self.kind

        payload = self.payload.to_dict()

        queue: None | str | Unset
        if isinstance(self.queue, Unset):
            queue = UNSET
        else:
            queue = self.queue

        urgency: str | Unset = UNSET
        if not isinstance(self.urgency, Unset):
            urgency = self.urgency.value


        priority = self.priority

        run_at: None | str | Unset
        if isinstance(self.run_at, Unset):
            run_at = UNSET
        elif isinstance(self.run_at, datetime.datetime):
            run_at = self.run_at.isoformat()
        else:
            run_at = self.run_at

        delay_seconds: float | None | Unset
        if isinstance(self.delay_seconds, Unset):
            delay_seconds = UNSET
        else:
            delay_seconds = self.delay_seconds

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        expires_seconds: float | None | Unset
        if isinstance(self.expires_seconds, Unset):
            expires_seconds = UNSET
        else:
            expires_seconds = self.expires_seconds

        deadline_at: None | str | Unset
        if isinstance(self.deadline_at, Unset):
            deadline_at = UNSET
        elif isinstance(self.deadline_at, datetime.datetime):
            deadline_at = self.deadline_at.isoformat()
        else:
            deadline_at = self.deadline_at

        deadline_seconds: float | None | Unset
        if isinstance(self.deadline_seconds, Unset):
            deadline_seconds = UNSET
        else:
            deadline_seconds = self.deadline_seconds

        unique_key: None | str | Unset
        if isinstance(self.unique_key, Unset):
            unique_key = UNSET
        else:
            unique_key = self.unique_key

        on_conflict: str | Unset = UNSET
        if not isinstance(self.on_conflict, Unset):
            on_conflict = self.on_conflict.value


        limit_key: None | str | Unset
        if isinstance(self.limit_key, Unset):
            limit_key = UNSET
        else:
            limit_key = self.limit_key

        after: list[str] | Unset = UNSET
        if not isinstance(self.after, Unset):
            after = self.after



        on_failure: str | Unset = UNSET
        if not isinstance(self.on_failure, Unset):
            on_failure = self.on_failure.value


        batch_id: None | str | Unset
        if isinstance(self.batch_id, Unset):
            batch_id = UNSET
        else:
            batch_id = self.batch_id

        max_attempts: int | None | Unset
        if isinstance(self.max_attempts, Unset):
            max_attempts = UNSET
        else:
            max_attempts = self.max_attempts


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "kind": kind,
            "payload": payload,
        })
        if queue is not UNSET:
            field_dict["queue"] = queue
        if urgency is not UNSET:
            field_dict["urgency"] = urgency
        if priority is not UNSET:
            field_dict["priority"] = priority
        if run_at is not UNSET:
            field_dict["run_at"] = run_at
        if delay_seconds is not UNSET:
            field_dict["delay_seconds"] = delay_seconds
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at
        if expires_seconds is not UNSET:
            field_dict["expires_seconds"] = expires_seconds
        if deadline_at is not UNSET:
            field_dict["deadline_at"] = deadline_at
        if deadline_seconds is not UNSET:
            field_dict["deadline_seconds"] = deadline_seconds
        if unique_key is not UNSET:
            field_dict["unique_key"] = unique_key
        if on_conflict is not UNSET:
            field_dict["on_conflict"] = on_conflict
        if limit_key is not UNSET:
            field_dict["limit_key"] = limit_key
        if after is not UNSET:
            field_dict["after"] = after
        if on_failure is not UNSET:
            field_dict["on_failure"] = on_failure
        if batch_id is not UNSET:
            field_dict["batch_id"] = batch_id
        if max_attempts is not UNSET:
            field_dict["max_attempts"] = max_attempts

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.job_submit_payload import JobSubmitPayload # noqa: PLC0415
        d = dict(src_dict)
        kind = d.pop("kind")

        payload = JobSubmitPayload.from_dict(d.pop("payload"))




        def _parse_queue(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        queue = _parse_queue(d.pop("queue", UNSET))


        _urgency = d.pop("urgency", UNSET)
        urgency: JobSubmitUrgency | Unset
        if isinstance(_urgency,  Unset):
            urgency = UNSET
        else:
            urgency = JobSubmitUrgency(_urgency)




        priority = d.pop("priority", UNSET)

        def _parse_run_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                run_at_type_0 = datetime.datetime.fromisoformat(data)



                return run_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        run_at = _parse_run_at(d.pop("run_at", UNSET))


        def _parse_delay_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        delay_seconds = _parse_delay_seconds(d.pop("delay_seconds", UNSET))


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


        def _parse_expires_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        expires_seconds = _parse_expires_seconds(d.pop("expires_seconds", UNSET))


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


        def _parse_deadline_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        deadline_seconds = _parse_deadline_seconds(d.pop("deadline_seconds", UNSET))


        def _parse_unique_key(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        unique_key = _parse_unique_key(d.pop("unique_key", UNSET))


        _on_conflict = d.pop("on_conflict", UNSET)
        on_conflict: JobSubmitOnConflict | Unset
        if isinstance(_on_conflict,  Unset):
            on_conflict = UNSET
        else:
            on_conflict = JobSubmitOnConflict(_on_conflict)




        def _parse_limit_key(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        limit_key = _parse_limit_key(d.pop("limit_key", UNSET))


        after = cast(list[str], d.pop("after", UNSET))


        _on_failure = d.pop("on_failure", UNSET)
        on_failure: JobSubmitOnFailure | Unset
        if isinstance(_on_failure,  Unset):
            on_failure = UNSET
        else:
            on_failure = JobSubmitOnFailure(_on_failure)




        def _parse_batch_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        batch_id = _parse_batch_id(d.pop("batch_id", UNSET))


        def _parse_max_attempts(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_attempts = _parse_max_attempts(d.pop("max_attempts", UNSET))


        job_submit = cls(
            kind=kind,
            payload=payload,
            queue=queue,
            urgency=urgency,
            priority=priority,
            run_at=run_at,
            delay_seconds=delay_seconds,
            expires_at=expires_at,
            expires_seconds=expires_seconds,
            deadline_at=deadline_at,
            deadline_seconds=deadline_seconds,
            unique_key=unique_key,
            on_conflict=on_conflict,
            limit_key=limit_key,
            after=after,
            on_failure=on_failure,
            batch_id=batch_id,
            max_attempts=max_attempts,
        )

        return job_submit


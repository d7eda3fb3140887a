from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.schedule_catch_up import ScheduleCatchUp
from ..models.schedule_overlap import ScheduleOverlap
from ..models.schedule_urgency import ScheduleUrgency
from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.schedule_payload import SchedulePayload





T = TypeVar("T", bound="Schedule")



@_attrs_define
class Schedule:
    """ A job made again and again.

        Attributes:
            id (str):
            name (str):
            kind (str):
            payload (SchedulePayload):
            queue (None | str): Of its jobs; none: the kind's
            urgency (ScheduleUrgency):
            priority (int):
            max_attempts (int | None): Of each of its jobs; none: the kind's
            cron (None | str):
            interval_seconds (float | None):
            time_zone (str):
            jitter_seconds (float):
            catch_up (ScheduleCatchUp):
            overlap (ScheduleOverlap):
            enabled (bool):
            declared (bool): By a module of the server: it can be paused, not changed or deleted
            next_at (datetime.datetime | None): The next time it is due, or the first it missed while paused
            created_by (None | str):
            created_at (datetime.datetime):
            version (int):
            owner_id (None | str | Unset): Whose it and its jobs are; none: the house's
     """

    id: str
    name: str
    kind: str
    payload: SchedulePayload
    queue: None | str
    urgency: ScheduleUrgency
    priority: int
    max_attempts: int | None
    cron: None | str
    interval_seconds: float | None
    time_zone: str
    jitter_seconds: float
    catch_up: ScheduleCatchUp
    overlap: ScheduleOverlap
    enabled: bool
    declared: bool
    next_at: datetime.datetime | None
    created_by: None | str
    created_at: datetime.datetime
    version: int
    owner_id: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.schedule_payload import SchedulePayload # noqa: PLC0415
        id = self.id

        name = self.name

        kind = self.kind

        payload = self.payload.to_dict()

        queue: None | str
        queue = self.queue

        urgency = self.urgency.value

        priority = self.priority

        max_attempts: int | None
        max_attempts = self.max_attempts

        cron: None | str
        cron = self.cron

        interval_seconds: float | None
        interval_seconds = self.interval_seconds

        time_zone = self.time_zone

        jitter_seconds = self.jitter_seconds

        catch_up = self.catch_up.value

        overlap = self.overlap.value

        enabled = self.enabled

        declared = self.declared

        next_at: None | str
        if isinstance(self.next_at, datetime.datetime):
            next_at = self.next_at.isoformat()
        else:
            next_at = self.next_at

        created_by: None | str
        created_by = self.created_by

        created_at = self.created_at.isoformat()

        version = self.version

        owner_id: None | str | Unset
        if isinstance(self.owner_id, Unset):
            owner_id = UNSET
        else:
            owner_id = self.owner_id


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "name": name,
            "kind": kind,
            "payload": payload,
            "queue": queue,
            "urgency": urgency,
            "priority": priority,
            "max_attempts": max_attempts,
            "cron": cron,
            "interval_seconds": interval_seconds,
            "time_zone": time_zone,
            "jitter_seconds": jitter_seconds,
            "catch_up": catch_up,
            "overlap": overlap,
            "enabled": enabled,
            "declared": declared,
            "next_at": next_at,
            "created_by": created_by,
            "created_at": created_at,
            "version": version,
        })
        if owner_id is not UNSET:
            field_dict["owner_id"] = owner_id

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.schedule_payload import SchedulePayload # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        kind = d.pop("kind")

        payload = SchedulePayload.from_dict(d.pop("payload"))




        def _parse_queue(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        queue = _parse_queue(d.pop("queue"))


        urgency = ScheduleUrgency(d.pop("urgency"))




        priority = d.pop("priority")

        def _parse_max_attempts(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        max_attempts = _parse_max_attempts(d.pop("max_attempts"))


        def _parse_cron(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        cron = _parse_cron(d.pop("cron"))


        def _parse_interval_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        interval_seconds = _parse_interval_seconds(d.pop("interval_seconds"))


        time_zone = d.pop("time_zone")

        jitter_seconds = d.pop("jitter_seconds")

        catch_up = ScheduleCatchUp(d.pop("catch_up"))




        overlap = ScheduleOverlap(d.pop("overlap"))




        enabled = d.pop("enabled")

        declared = d.pop("declared")

        def _parse_next_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_at_type_0 = datetime.datetime.fromisoformat(data)



                return next_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        next_at = _parse_next_at(d.pop("next_at"))


        def _parse_created_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        created_by = _parse_created_by(d.pop("created_by"))


        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        version = d.pop("version")

        def _parse_owner_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        owner_id = _parse_owner_id(d.pop("owner_id", UNSET))


        schedule = cls(
            id=id,
            name=name,
            kind=kind,
            payload=payload,
            queue=queue,
            urgency=urgency,
            priority=priority,
            max_attempts=max_attempts,
            cron=cron,
            interval_seconds=interval_seconds,
            time_zone=time_zone,
            jitter_seconds=jitter_seconds,
            catch_up=catch_up,
            overlap=overlap,
            enabled=enabled,
            declared=declared,
            next_at=next_at,
            created_by=created_by,
            created_at=created_at,
            version=version,
            owner_id=owner_id,
        )


        schedule.additional_properties = d
        return schedule

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

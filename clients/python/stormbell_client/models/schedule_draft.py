from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.schedule_draft_catch_up import ScheduleDraftCatchUp
from ..models.schedule_draft_overlap import ScheduleDraftOverlap
from ..models.schedule_draft_urgency import ScheduleDraftUrgency
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.schedule_draft_payload import ScheduleDraftPayload





T = TypeVar("T", bound="ScheduleDraft")



@_attrs_define
class ScheduleDraft:
    """ A schedule to be made.

        Attributes:
            name (str):
            kind (str): One of GET /job-kinds that is submittable
            cron (None | str | Unset): Five fields: minute hour day month weekday; or @hourly, @daily, @weekly, @monthly,
                @yearly
            interval_seconds (float | None | Unset): From 1 s to 366 days; counted from 1970-01-01 00:00 UTC
            time_zone (str | Unset):  Default: 'UTC'.
            jitter_seconds (float | Unset): Each job starts up to this much after its time; the same for the same time on
                every node Default: 0.0.
            payload (ScheduleDraftPayload | Unset):
            queue (None | str | Unset): Of its jobs, instead of the kind's
            urgency (ScheduleDraftUrgency | Unset):  Default: ScheduleDraftUrgency.NORMAL.
            max_attempts (int | None | Unset): Of each of its jobs, instead of the kind's
            priority (int | Unset):  Default: 0.
            catch_up (ScheduleDraftCatchUp | Unset): After an outage or a pause: run every time that was missed (the newest
                1,000), the latest of them, or none Default: ScheduleDraftCatchUp.LATEST.
            overlap (ScheduleDraftOverlap | Unset): When a job it made has not ended: make the next all the same, skip that
                time, or let the next wait for its turn (100 at most; further times are skipped) Default:
                ScheduleDraftOverlap.ALLOW.
            enabled (bool | Unset):  Default: True.
     """

    name: str
    kind: str
    cron: None | str | Unset = UNSET
    interval_seconds: float | None | Unset = UNSET
    time_zone: str | Unset = 'UTC'
    jitter_seconds: float | Unset = 0.0
    payload: ScheduleDraftPayload | Unset = UNSET
    queue: None | str | Unset = UNSET
    urgency: ScheduleDraftUrgency | Unset = ScheduleDraftUrgency.NORMAL
    max_attempts: int | None | Unset = UNSET
    priority: int | Unset = 0
    catch_up: ScheduleDraftCatchUp | Unset = ScheduleDraftCatchUp.LATEST
    overlap: ScheduleDraftOverlap | Unset = ScheduleDraftOverlap.ALLOW
    enabled: bool | Unset = True





    def to_dict(self) -> dict[str, Any]:
        from ..models.schedule_draft_payload import ScheduleDraftPayload # noqa: PLC0415
        name = self.name

        kind = self.kind

        cron: None | str | Unset
        if isinstance(self.cron, Unset):
            cron = UNSET
        else:
            cron = self.cron

        interval_seconds: float | None | Unset
        if isinstance(self.interval_seconds, Unset):
            interval_seconds = UNSET
        else:
            interval_seconds = self.interval_seconds

        time_zone = self.time_zone

        jitter_seconds = self.jitter_seconds

        payload: dict[str, Any] | Unset = UNSET
        if not isinstance(self.payload, Unset):
            payload = self.payload.to_dict()

        queue: None | str | Unset
        if isinstance(self.queue, Unset):
            queue = UNSET
        else:
            queue = self.queue

        urgency: str | Unset = UNSET
        if not isinstance(self.urgency, Unset):
            urgency = self.urgency.value


        max_attempts: int | None | Unset
        if isinstance(self.max_attempts, Unset):
            max_attempts = UNSET
        else:
            max_attempts = self.max_attempts

        priority = self.priority

        catch_up: str | Unset = UNSET
        if not isinstance(self.catch_up, Unset):
            catch_up = self.catch_up.value


        overlap: str | Unset = UNSET
        if not isinstance(self.overlap, Unset):
            overlap = self.overlap.value


        enabled = self.enabled


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "name": name,
            "kind": kind,
        })
        if cron is not UNSET:
            field_dict["cron"] = cron
        if interval_seconds is not UNSET:
            field_dict["interval_seconds"] = interval_seconds
        if time_zone is not UNSET:
            field_dict["time_zone"] = time_zone
        if jitter_seconds is not UNSET:
            field_dict["jitter_seconds"] = jitter_seconds
        if payload is not UNSET:
            field_dict["payload"] = payload
        if queue is not UNSET:
            field_dict["queue"] = queue
        if urgency is not UNSET:
            field_dict["urgency"] = urgency
        if max_attempts is not UNSET:
            field_dict["max_attempts"] = max_attempts
        if priority is not UNSET:
            field_dict["priority"] = priority
        if catch_up is not UNSET:
            field_dict["catch_up"] = catch_up
        if overlap is not UNSET:
            field_dict["overlap"] = overlap
        if enabled is not UNSET:
            field_dict["enabled"] = enabled

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.schedule_draft_payload import ScheduleDraftPayload # noqa: PLC0415
        d = dict(src_dict)
        name = d.pop("name")

        kind = d.pop("kind")

        def _parse_cron(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        cron = _parse_cron(d.pop("cron", UNSET))


        def _parse_interval_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        interval_seconds = _parse_interval_seconds(d.pop("interval_seconds", UNSET))


        time_zone = d.pop("time_zone", UNSET)

        jitter_seconds = d.pop("jitter_seconds", UNSET)

        _payload = d.pop("payload", UNSET)
        payload: ScheduleDraftPayload | Unset
        if isinstance(_payload,  Unset):
            payload = UNSET
        else:
            payload = ScheduleDraftPayload.from_dict(_payload)




        def _parse_queue(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        queue = _parse_queue(d.pop("queue", UNSET))


        _urgency = d.pop("urgency", UNSET)
        urgency: ScheduleDraftUrgency | Unset
        if isinstance(_urgency,  Unset):
            urgency = UNSET
        else:
            urgency = ScheduleDraftUrgency(_urgency)




        def _parse_max_attempts(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_attempts = _parse_max_attempts(d.pop("max_attempts", UNSET))


        priority = d.pop("priority", UNSET)

        _catch_up = d.pop("catch_up", UNSET)
        catch_up: ScheduleDraftCatchUp | Unset
        if isinstance(_catch_up,  Unset):
            catch_up = UNSET
        else:
            catch_up = ScheduleDraftCatchUp(_catch_up)




        _overlap = d.pop("overlap", UNSET)
        overlap: ScheduleDraftOverlap | Unset
        if isinstance(_overlap,  Unset):
            overlap = UNSET
        else:
            overlap = ScheduleDraftOverlap(_overlap)




        enabled = d.pop("enabled", UNSET)

        schedule_draft = cls(
            name=name,
            kind=kind,
            cron=cron,
            interval_seconds=interval_seconds,
            time_zone=time_zone,
            jitter_seconds=jitter_seconds,
            payload=payload,
            queue=queue,
            urgency=urgency,
            max_attempts=max_attempts,
            priority=priority,
            catch_up=catch_up,
            overlap=overlap,
            enabled=enabled,
        )

        return schedule_draft


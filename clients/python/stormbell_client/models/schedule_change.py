from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.schedule_change_catch_up_type_0 import ScheduleChangeCatchUpType0
from ..models.schedule_change_overlap_type_0 import ScheduleChangeOverlapType0
from ..models.schedule_change_urgency_type_0 import ScheduleChangeUrgencyType0
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.schedule_change_payload_type_0 import ScheduleChangePayloadType0





T = TypeVar("T", bound="ScheduleChange")



@_attrs_define
class ScheduleChange:
    """ What is to be different; what is left out stays.

        Attributes:
            version (int): The version you read; a change of somebody else since then is not overwritten
            name (None | str | Unset):
            kind (None | str | Unset):
            payload (None | ScheduleChangePayloadType0 | Unset):
            queue (None | str | Unset): Of its jobs, instead of the kind's; null: the kind's again
            urgency (None | ScheduleChangeUrgencyType0 | Unset):
            max_attempts (int | None | Unset): Of each of its jobs, instead of the kind's; null: the kind's again
            priority (int | None | Unset):
            cron (None | str | Unset): Five fields: minute hour day month weekday; or @hourly, @daily, @weekly, @monthly,
                @yearly
            interval_seconds (float | None | Unset):
            time_zone (None | str | Unset):
            jitter_seconds (float | None | Unset): Each job starts up to this much after its time; the same for the same
                time on every node
            catch_up (None | ScheduleChangeCatchUpType0 | Unset): After an outage or a pause: run every time that was missed
                (the newest 1,000), the latest of them, or none
            overlap (None | ScheduleChangeOverlapType0 | Unset): When a job it made has not ended: make the next all the
                same, skip that time, or let the next wait for its turn (100 at most; further times are skipped)
     """

    version: int
    name: None | str | Unset = UNSET
    kind: None | str | Unset = UNSET
    payload: None | ScheduleChangePayloadType0 | Unset = UNSET
    queue: None | str | Unset = UNSET
    urgency: None | ScheduleChangeUrgencyType0 | Unset = UNSET
    max_attempts: int | None | Unset = UNSET
    priority: int | None | Unset = UNSET
    cron: None | str | Unset = UNSET
    interval_seconds: float | None | Unset = UNSET
    time_zone: None | str | Unset = UNSET
    jitter_seconds: float | None | Unset = UNSET
    catch_up: None | ScheduleChangeCatchUpType0 | Unset = UNSET
    overlap: None | ScheduleChangeOverlapType0 | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.schedule_change_payload_type_0 import ScheduleChangePayloadType0 # noqa: PLC0415
        version = self.version

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        kind: None | str | Unset
        if isinstance(self.kind, Unset):
            kind = UNSET
        else:
            kind = self.kind

        payload: dict[str, Any] | None | Unset
        if isinstance(self.payload, Unset):
            payload = UNSET
        elif isinstance(self.payload, ScheduleChangePayloadType0):
            payload = self.payload.to_dict()
        else:
            payload = self.payload

        queue: None | str | Unset
        if isinstance(self.queue, Unset):
            queue = UNSET
        else:
            queue = self.queue

        urgency: None | str | Unset
        if isinstance(self.urgency, Unset):
            urgency = UNSET
        elif isinstance(self.urgency, ScheduleChangeUrgencyType0):
            urgency = self.urgency.value
        else:
            urgency = self.urgency

        max_attempts: int | None | Unset
        if isinstance(self.max_attempts, Unset):
            max_attempts = UNSET
        else:
            max_attempts = self.max_attempts

        priority: int | None | Unset
        if isinstance(self.priority, Unset):
            priority = UNSET
        else:
            priority = self.priority

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

        time_zone: None | str | Unset
        if isinstance(self.time_zone, Unset):
            time_zone = UNSET
        else:
            time_zone = self.time_zone

        jitter_seconds: float | None | Unset
        if isinstance(self.jitter_seconds, Unset):
            jitter_seconds = UNSET
        else:
            jitter_seconds = self.jitter_seconds

        catch_up: None | str | Unset
        if isinstance(self.catch_up, Unset):
            catch_up = UNSET
        elif isinstance(self.catch_up, ScheduleChangeCatchUpType0):
            catch_up = self.catch_up.value
        else:
            catch_up = self.catch_up

        overlap: None | str | Unset
        if isinstance(self.overlap, Unset):
            overlap = UNSET
        elif isinstance(self.overlap, ScheduleChangeOverlapType0):
            overlap = self.overlap.value
        else:
            overlap = self.overlap


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "version": version,
        })
        if name is not UNSET:
            field_dict["name"] = name
        if kind is not UNSET:
            field_dict["kind"] = kind
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
        if cron is not UNSET:
            field_dict["cron"] = cron
        if interval_seconds is not UNSET:
            field_dict["interval_seconds"] = interval_seconds
        if time_zone is not UNSET:
            field_dict["time_zone"] = time_zone
        if jitter_seconds is not UNSET:
            field_dict["jitter_seconds"] = jitter_seconds
        if catch_up is not UNSET:
            field_dict["catch_up"] = catch_up
        if overlap is not UNSET:
            field_dict["overlap"] = overlap

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.schedule_change_payload_type_0 import ScheduleChangePayloadType0 # noqa: PLC0415
        d = dict(src_dict)
        version = d.pop("version")

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))


        def _parse_kind(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        kind = _parse_kind(d.pop("kind", UNSET))


        def _parse_payload(data: object) -> None | ScheduleChangePayloadType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                payload_type_0 = ScheduleChangePayloadType0.from_dict(data)



                return payload_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ScheduleChangePayloadType0 | Unset, data)

        payload = _parse_payload(d.pop("payload", UNSET))


        def _parse_queue(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        queue = _parse_queue(d.pop("queue", UNSET))


        def _parse_urgency(data: object) -> None | ScheduleChangeUrgencyType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                urgency_type_0 = ScheduleChangeUrgencyType0(data)



                return urgency_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ScheduleChangeUrgencyType0 | Unset, data)

        urgency = _parse_urgency(d.pop("urgency", UNSET))


        def _parse_max_attempts(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        max_attempts = _parse_max_attempts(d.pop("max_attempts", UNSET))


        def _parse_priority(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        priority = _parse_priority(d.pop("priority", UNSET))


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


        def _parse_time_zone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        time_zone = _parse_time_zone(d.pop("time_zone", UNSET))


        def _parse_jitter_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        jitter_seconds = _parse_jitter_seconds(d.pop("jitter_seconds", UNSET))


        def _parse_catch_up(data: object) -> None | ScheduleChangeCatchUpType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                catch_up_type_0 = ScheduleChangeCatchUpType0(data)



                return catch_up_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ScheduleChangeCatchUpType0 | Unset, data)

        catch_up = _parse_catch_up(d.pop("catch_up", UNSET))


        def _parse_overlap(data: object) -> None | ScheduleChangeOverlapType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                overlap_type_0 = ScheduleChangeOverlapType0(data)



                return overlap_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ScheduleChangeOverlapType0 | Unset, data)

        overlap = _parse_overlap(d.pop("overlap", UNSET))


        schedule_change = cls(
            version=version,
            name=name,
            kind=kind,
            payload=payload,
            queue=queue,
            urgency=urgency,
            max_attempts=max_attempts,
            priority=priority,
            cron=cron,
            interval_seconds=interval_seconds,
            time_zone=time_zone,
            jitter_seconds=jitter_seconds,
            catch_up=catch_up,
            overlap=overlap,
        )

        return schedule_change


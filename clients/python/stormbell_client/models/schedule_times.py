from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="ScheduleTimes")



@_attrs_define
class ScheduleTimes:
    """ When a schedule is due: a cron line or an interval.

        Attributes:
            cron (None | str | Unset): Five fields: minute hour day month weekday; or @hourly, @daily, @weekly, @monthly,
                @yearly
            interval_seconds (float | None | Unset): From 1 s to 366 days; counted from 1970-01-01 00:00 UTC
            time_zone (str | Unset):  Default: 'UTC'.
            jitter_seconds (float | Unset): Each job starts up to this much after its time; the same for the same time on
                every node Default: 0.0.
     """

    cron: None | str | Unset = UNSET
    interval_seconds: float | None | Unset = UNSET
    time_zone: str | Unset = 'UTC'
    jitter_seconds: float | Unset = 0.0





    def to_dict(self) -> dict[str, Any]:
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


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if cron is not UNSET:
            field_dict["cron"] = cron
        if interval_seconds is not UNSET:
            field_dict["interval_seconds"] = interval_seconds
        if time_zone is not UNSET:
            field_dict["time_zone"] = time_zone
        if jitter_seconds is not UNSET:
            field_dict["jitter_seconds"] = jitter_seconds

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
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

        schedule_times = cls(
            cron=cron,
            interval_seconds=interval_seconds,
            time_zone=time_zone,
            jitter_seconds=jitter_seconds,
        )

        return schedule_times


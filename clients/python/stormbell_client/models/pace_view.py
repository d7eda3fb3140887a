from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="PaceView")



@_attrs_define
class PaceView:
    """ At what pace runs are submitted to a machine, and how many of ours it takes at a time.

        Attributes:
            runs (int): Runs of ours that are there, waiting or running
            waiting_count (int): Runs that wait for their turn to be submitted there
            per_minute (float | None | Unset): Submissions; null: as fast as they come
            slowed_at (datetime.datetime | None | Unset): When it was last slowed
            slowed_by (None | str | Unset): Why it is slowed, or was
            most_runs (int | None | Unset): Runs of ours there at a time; null: no limit is known
            limited_at (datetime.datetime | None | Unset): When the machine last said that it has no room
            limited_by (None | str | Unset):
     """

    runs: int
    waiting_count: int
    per_minute: float | None | Unset = UNSET
    slowed_at: datetime.datetime | None | Unset = UNSET
    slowed_by: None | str | Unset = UNSET
    most_runs: int | None | Unset = UNSET
    limited_at: datetime.datetime | None | Unset = UNSET
    limited_by: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        runs = self.runs

        waiting_count = self.waiting_count

        per_minute: float | None | Unset
        if isinstance(self.per_minute, Unset):
            per_minute = UNSET
        else:
            per_minute = self.per_minute

        slowed_at: None | str | Unset
        if isinstance(self.slowed_at, Unset):
            slowed_at = UNSET
        elif isinstance(self.slowed_at, datetime.datetime):
            slowed_at = self.slowed_at.isoformat()
        else:
            slowed_at = self.slowed_at

        slowed_by: None | str | Unset
        if isinstance(self.slowed_by, Unset):
            slowed_by = UNSET
        else:
            slowed_by = self.slowed_by

        most_runs: int | None | Unset
        if isinstance(self.most_runs, Unset):
            most_runs = UNSET
        else:
            most_runs = self.most_runs

        limited_at: None | str | Unset
        if isinstance(self.limited_at, Unset):
            limited_at = UNSET
        elif isinstance(self.limited_at, datetime.datetime):
            limited_at = self.limited_at.isoformat()
        else:
            limited_at = self.limited_at

        limited_by: None | str | Unset
        if isinstance(self.limited_by, Unset):
            limited_by = UNSET
        else:
            limited_by = self.limited_by


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "runs": runs,
            "waiting_count": waiting_count,
        })
        if per_minute is not UNSET:
            field_dict["per_minute"] = per_minute
        if slowed_at is not UNSET:
            field_dict["slowed_at"] = slowed_at
        if slowed_by is not UNSET:
            field_dict["slowed_by"] = slowed_by
        if most_runs is not UNSET:
            field_dict["most_runs"] = most_runs
        if limited_at is not UNSET:
            field_dict["limited_at"] = limited_at
        if limited_by is not UNSET:
            field_dict["limited_by"] = limited_by

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        runs = d.pop("runs")

        waiting_count = d.pop("waiting_count")

        def _parse_per_minute(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        per_minute = _parse_per_minute(d.pop("per_minute", UNSET))


        def _parse_slowed_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                slowed_at_type_0 = datetime.datetime.fromisoformat(data)



                return slowed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        slowed_at = _parse_slowed_at(d.pop("slowed_at", UNSET))


        def _parse_slowed_by(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        slowed_by = _parse_slowed_by(d.pop("slowed_by", UNSET))


        def _parse_most_runs(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        most_runs = _parse_most_runs(d.pop("most_runs", UNSET))


        def _parse_limited_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                limited_at_type_0 = datetime.datetime.fromisoformat(data)



                return limited_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        limited_at = _parse_limited_at(d.pop("limited_at", UNSET))


        def _parse_limited_by(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        limited_by = _parse_limited_by(d.pop("limited_by", UNSET))


        pace_view = cls(
            runs=runs,
            waiting_count=waiting_count,
            per_minute=per_minute,
            slowed_at=slowed_at,
            slowed_by=slowed_by,
            most_runs=most_runs,
            limited_at=limited_at,
            limited_by=limited_by,
        )


        pace_view.additional_properties = d
        return pace_view

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.schedule_run_skipped_type_0 import ScheduleRunSkippedType0
from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="ScheduleRun")



@_attrs_define
class ScheduleRun:
    """ One time a schedule was due.

        Attributes:
            schedule_id (str):
            target_at (datetime.datetime):
            job_id (None | str): The job made for it; none: it was skipped
            made_at (datetime.datetime):
            skipped (None | ScheduleRunSkippedType0 | Unset): missed, as catch_up says; overlap: one had not ended; refused:
                an alarm says why
     """

    schedule_id: str
    target_at: datetime.datetime
    job_id: None | str
    made_at: datetime.datetime
    skipped: None | ScheduleRunSkippedType0 | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        schedule_id = self.schedule_id

        target_at = self.target_at.isoformat()

        job_id: None | str
        job_id = self.job_id

        made_at = self.made_at.isoformat()

        skipped: None | str | Unset
        if isinstance(self.skipped, Unset):
            skipped = UNSET
        elif isinstance(self.skipped, ScheduleRunSkippedType0):
            skipped = self.skipped.value
        else:
            skipped = self.skipped


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "schedule_id": schedule_id,
            "target_at": target_at,
            "job_id": job_id,
            "made_at": made_at,
        })
        if skipped is not UNSET:
            field_dict["skipped"] = skipped

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        schedule_id = d.pop("schedule_id")

        target_at = datetime.datetime.fromisoformat(d.pop("target_at"))




        def _parse_job_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        job_id = _parse_job_id(d.pop("job_id"))


        made_at = datetime.datetime.fromisoformat(d.pop("made_at"))




        def _parse_skipped(data: object) -> None | ScheduleRunSkippedType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                skipped_type_0 = ScheduleRunSkippedType0(data)



                return skipped_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ScheduleRunSkippedType0 | Unset, data)

        skipped = _parse_skipped(d.pop("skipped", UNSET))


        schedule_run = cls(
            schedule_id=schedule_id,
            target_at=target_at,
            job_id=job_id,
            made_at=made_at,
            skipped=skipped,
        )


        schedule_run.additional_properties = d
        return schedule_run

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.job_progress_counters import JobProgressCounters





T = TypeVar("T", bound="JobProgress")



@_attrs_define
class JobProgress:
    """ How far a job has come, as its handler says.

        Attributes:
            attempt (int):
            updated_at (datetime.datetime):
            fraction (float | None | Unset):
            message (None | str | Unset):
            counters (JobProgressCounters | Unset):
     """

    attempt: int
    updated_at: datetime.datetime
    fraction: float | None | Unset = UNSET
    message: None | str | Unset = UNSET
    counters: JobProgressCounters | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.job_progress_counters import JobProgressCounters # noqa: PLC0415
        attempt = self.attempt

        updated_at = self.updated_at.isoformat()

        fraction: float | None | Unset
        if isinstance(self.fraction, Unset):
            fraction = UNSET
        else:
            fraction = self.fraction

        message: None | str | Unset
        if isinstance(self.message, Unset):
            message = UNSET
        else:
            message = self.message

        counters: dict[str, Any] | Unset = UNSET
        if not isinstance(self.counters, Unset):
            counters = self.counters.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "attempt": attempt,
            "updated_at": updated_at,
        })
        if fraction is not UNSET:
            field_dict["fraction"] = fraction
        if message is not UNSET:
            field_dict["message"] = message
        if counters is not UNSET:
            field_dict["counters"] = counters

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.job_progress_counters import JobProgressCounters # noqa: PLC0415
        d = dict(src_dict)
        attempt = d.pop("attempt")

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))




        def _parse_fraction(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        fraction = _parse_fraction(d.pop("fraction", UNSET))


        def _parse_message(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        message = _parse_message(d.pop("message", UNSET))


        _counters = d.pop("counters", UNSET)
        counters: JobProgressCounters | Unset
        if isinstance(_counters,  Unset):
            counters = UNSET
        else:
            counters = JobProgressCounters.from_dict(_counters)




        job_progress = cls(
            attempt=attempt,
            updated_at=updated_at,
            fraction=fraction,
            message=message,
            counters=counters,
        )


        job_progress.additional_properties = d
        return job_progress

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

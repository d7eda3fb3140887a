from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.job_counts_counts import JobCountsCounts





T = TypeVar("T", bound="JobCounts")



@_attrs_define
class JobCounts:
    """ How many jobs are in each state.

        Attributes:
            counts (JobCountsCounts): By state, every one of them; counting stops at `most`
            most (int):
     """

    counts: JobCountsCounts
    most: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.job_counts_counts import JobCountsCounts # noqa: PLC0415
        counts = self.counts.to_dict()

        most = self.most


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "counts": counts,
            "most": most,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.job_counts_counts import JobCountsCounts # noqa: PLC0415
        d = dict(src_dict)
        counts = JobCountsCounts.from_dict(d.pop("counts"))




        most = d.pop("most")

        job_counts = cls(
            counts=counts,
            most=most,
        )


        job_counts.additional_properties = d
        return job_counts

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

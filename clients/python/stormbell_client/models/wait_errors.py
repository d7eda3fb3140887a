from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="WaitErrors")



@_attrs_define
class WaitErrors:
    """ How far off predictions were, of the last 500 or so: each was made when its job was submitted.

        Attributes:
            count (int): Predictions that came true or not, in all
            within_minute (float): Share of waits that were within a minute of the predicted median
            within_ten_minutes (float):
            pinball_p10 (float): Mean pinball loss in seconds
            pinball_p50 (float):
            pinball_p90 (float):
            below_p10 (float): Share of waits up to the predicted p10; a perfect model has 0.1, or more at 0 s
            below_p50 (float):
            below_p90 (float): Share of waits up to the predicted p90; 0.9 for a perfect model
     """

    count: int
    within_minute: float
    within_ten_minutes: float
    pinball_p10: float
    pinball_p50: float
    pinball_p90: float
    below_p10: float
    below_p50: float
    below_p90: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        count = self.count

        within_minute = self.within_minute

        within_ten_minutes = self.within_ten_minutes

        pinball_p10 = self.pinball_p10

        pinball_p50 = self.pinball_p50

        pinball_p90 = self.pinball_p90

        below_p10 = self.below_p10

        below_p50 = self.below_p50

        below_p90 = self.below_p90


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "count": count,
            "within_minute": within_minute,
            "within_ten_minutes": within_ten_minutes,
            "pinball_p10": pinball_p10,
            "pinball_p50": pinball_p50,
            "pinball_p90": pinball_p90,
            "below_p10": below_p10,
            "below_p50": below_p50,
            "below_p90": below_p90,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        count = d.pop("count")

        within_minute = d.pop("within_minute")

        within_ten_minutes = d.pop("within_ten_minutes")

        pinball_p10 = d.pop("pinball_p10")

        pinball_p50 = d.pop("pinball_p50")

        pinball_p90 = d.pop("pinball_p90")

        below_p10 = d.pop("below_p10")

        below_p50 = d.pop("below_p50")

        below_p90 = d.pop("below_p90")

        wait_errors = cls(
            count=count,
            within_minute=within_minute,
            within_ten_minutes=within_ten_minutes,
            pinball_p10=pinball_p10,
            pinball_p50=pinball_p50,
            pinball_p90=pinball_p90,
            below_p10=below_p10,
            below_p50=below_p50,
            below_p90=below_p90,
        )


        wait_errors.additional_properties = d
        return wait_errors

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

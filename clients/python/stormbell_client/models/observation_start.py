from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.observation_start_mode import ObservationStartMode
from ..types import UNSET, Unset






T = TypeVar("T", bound="ObservationStart")



@_attrs_define
class ObservationStart:
    """ How somebody wants to observe.

        Attributes:
            mode (ObservationStartMode | Unset):  Default: ObservationStartMode.LIVE.
            period_seconds (float | Unset): Seconds between two batches of a periodic observation Default: 5.0.
     """

    mode: ObservationStartMode | Unset = ObservationStartMode.LIVE
    period_seconds: float | Unset = 5.0





    def to_dict(self) -> dict[str, Any]:
        mode: str | Unset = UNSET
        if not isinstance(self.mode, Unset):
            mode = self.mode.value


        period_seconds = self.period_seconds


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if mode is not UNSET:
            field_dict["mode"] = mode
        if period_seconds is not UNSET:
            field_dict["period_seconds"] = period_seconds

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _mode = d.pop("mode", UNSET)
        mode: ObservationStartMode | Unset
        if isinstance(_mode,  Unset):
            mode = UNSET
        else:
            mode = ObservationStartMode(_mode)




        period_seconds = d.pop("period_seconds", UNSET)

        observation_start = cls(
            mode=mode,
            period_seconds=period_seconds,
        )

        return observation_start


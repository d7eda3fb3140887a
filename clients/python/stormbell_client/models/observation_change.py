from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.observation_change_mode_type_0 import ObservationChangeModeType0
from ..types import UNSET, Unset
from typing import cast






T = TypeVar("T", bound="ObservationChange")



@_attrs_define
class ObservationChange:
    """ Another mode, another period.

        Attributes:
            mode (None | ObservationChangeModeType0 | Unset):
            period_seconds (float | None | Unset):
     """

    mode: None | ObservationChangeModeType0 | Unset = UNSET
    period_seconds: float | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        mode: None | str | Unset
        if isinstance(self.mode, Unset):
            mode = UNSET
        elif isinstance(self.mode, ObservationChangeModeType0):
            mode = self.mode.value
        else:
            mode = self.mode

        period_seconds: float | None | Unset
        if isinstance(self.period_seconds, Unset):
            period_seconds = UNSET
        else:
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
        def _parse_mode(data: object) -> None | ObservationChangeModeType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                mode_type_0 = ObservationChangeModeType0(data)



                return mode_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ObservationChangeModeType0 | Unset, data)

        mode = _parse_mode(d.pop("mode", UNSET))


        def _parse_period_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        period_seconds = _parse_period_seconds(d.pop("period_seconds", UNSET))


        observation_change = cls(
            mode=mode,
            period_seconds=period_seconds,
        )

        return observation_change


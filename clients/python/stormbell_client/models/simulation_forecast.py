from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="SimulationForecast")



@_attrs_define
class SimulationForecast:
    """ Until when one simulation under way is likely to take.

        Attributes:
            simulation_id (str):
            name (str):
            state (str):
            p10_at (datetime.datetime | None | Unset):
            p50_at (datetime.datetime | None | Unset):
            p90_at (datetime.datetime | None | Unset):
            reason (None | str | Unset): Why nobody can say
     """

    simulation_id: str
    name: str
    state: str
    p10_at: datetime.datetime | None | Unset = UNSET
    p50_at: datetime.datetime | None | Unset = UNSET
    p90_at: datetime.datetime | None | Unset = UNSET
    reason: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        simulation_id = self.simulation_id

        name = self.name

        state = self.state

        p10_at: None | str | Unset
        if isinstance(self.p10_at, Unset):
            p10_at = UNSET
        elif isinstance(self.p10_at, datetime.datetime):
            p10_at = self.p10_at.isoformat()
        else:
            p10_at = self.p10_at

        p50_at: None | str | Unset
        if isinstance(self.p50_at, Unset):
            p50_at = UNSET
        elif isinstance(self.p50_at, datetime.datetime):
            p50_at = self.p50_at.isoformat()
        else:
            p50_at = self.p50_at

        p90_at: None | str | Unset
        if isinstance(self.p90_at, Unset):
            p90_at = UNSET
        elif isinstance(self.p90_at, datetime.datetime):
            p90_at = self.p90_at.isoformat()
        else:
            p90_at = self.p90_at

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "simulation_id": simulation_id,
            "name": name,
            "state": state,
        })
        if p10_at is not UNSET:
            field_dict["p10_at"] = p10_at
        if p50_at is not UNSET:
            field_dict["p50_at"] = p50_at
        if p90_at is not UNSET:
            field_dict["p90_at"] = p90_at
        if reason is not UNSET:
            field_dict["reason"] = reason

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        simulation_id = d.pop("simulation_id")

        name = d.pop("name")

        state = d.pop("state")

        def _parse_p10_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                p10_at_type_0 = datetime.datetime.fromisoformat(data)



                return p10_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        p10_at = _parse_p10_at(d.pop("p10_at", UNSET))


        def _parse_p50_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                p50_at_type_0 = datetime.datetime.fromisoformat(data)



                return p50_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        p50_at = _parse_p50_at(d.pop("p50_at", UNSET))


        def _parse_p90_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                p90_at_type_0 = datetime.datetime.fromisoformat(data)



                return p90_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        p90_at = _parse_p90_at(d.pop("p90_at", UNSET))


        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))


        simulation_forecast = cls(
            simulation_id=simulation_id,
            name=name,
            state=state,
            p10_at=p10_at,
            p50_at=p50_at,
            p90_at=p90_at,
            reason=reason,
        )


        simulation_forecast.additional_properties = d
        return simulation_forecast

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

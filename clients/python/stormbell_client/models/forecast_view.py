from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.forecast_view_basis_type_0 import ForecastViewBasisType0
from ..types import UNSET, Unset
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.simulation_forecast import SimulationForecast





T = TypeVar("T", bound="ForecastView")



@_attrs_define
class ForecastView:
    """ By when an incident is likely to be complete: with a chance of one in ten, of half, of nine in ten.

        Attributes:
            incident_id (str):
            made_at (datetime.datetime):
            p10_at (datetime.datetime | None | Unset):
            p50_at (datetime.datetime | None | Unset):
            p90_at (datetime.datetime | None | Unset):
            in_time (float | None | Unset): Chance that it is complete by its deadline
            basis (ForecastViewBasisType0 | None | Unset): Its simulations and what followed such ones, or how long others
                took from its stage on
            count (int | Unset): Earlier incidents it goes by Default: 0.
            reason (None | str | Unset): Why there is no forecast
            simulations (list[SimulationForecast] | Unset): Of those under way, up to 200
     """

    incident_id: str
    made_at: datetime.datetime
    p10_at: datetime.datetime | None | Unset = UNSET
    p50_at: datetime.datetime | None | Unset = UNSET
    p90_at: datetime.datetime | None | Unset = UNSET
    in_time: float | None | Unset = UNSET
    basis: ForecastViewBasisType0 | None | Unset = UNSET
    count: int | Unset = 0
    reason: None | str | Unset = UNSET
    simulations: list[SimulationForecast] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.simulation_forecast import SimulationForecast # noqa: PLC0415
        incident_id = self.incident_id

        made_at = self.made_at.isoformat()

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

        in_time: float | None | Unset
        if isinstance(self.in_time, Unset):
            in_time = UNSET
        else:
            in_time = self.in_time

        basis: None | str | Unset
        if isinstance(self.basis, Unset):
            basis = UNSET
        elif isinstance(self.basis, ForecastViewBasisType0):
            basis = self.basis.value
        else:
            basis = self.basis

        count = self.count

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        simulations: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.simulations, Unset):
            simulations = []
            for simulations_item_data in self.simulations:
                simulations_item = simulations_item_data.to_dict()
                simulations.append(simulations_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "incident_id": incident_id,
            "made_at": made_at,
        })
        if p10_at is not UNSET:
            field_dict["p10_at"] = p10_at
        if p50_at is not UNSET:
            field_dict["p50_at"] = p50_at
        if p90_at is not UNSET:
            field_dict["p90_at"] = p90_at
        if in_time is not UNSET:
            field_dict["in_time"] = in_time
        if basis is not UNSET:
            field_dict["basis"] = basis
        if count is not UNSET:
            field_dict["count"] = count
        if reason is not UNSET:
            field_dict["reason"] = reason
        if simulations is not UNSET:
            field_dict["simulations"] = simulations

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.simulation_forecast import SimulationForecast # noqa: PLC0415
        d = dict(src_dict)
        incident_id = d.pop("incident_id")

        made_at = datetime.datetime.fromisoformat(d.pop("made_at"))




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


        def _parse_in_time(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        in_time = _parse_in_time(d.pop("in_time", UNSET))


        def _parse_basis(data: object) -> ForecastViewBasisType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                basis_type_0 = ForecastViewBasisType0(data)



                return basis_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ForecastViewBasisType0 | None | Unset, data)

        basis = _parse_basis(d.pop("basis", UNSET))


        count = d.pop("count", UNSET)

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))


        _simulations = d.pop("simulations", UNSET)
        simulations: list[SimulationForecast] | Unset = UNSET
        if _simulations is not UNSET:
            simulations = []
            for simulations_item_data in _simulations:
                simulations_item = SimulationForecast.from_dict(simulations_item_data)



                simulations.append(simulations_item)


        forecast_view = cls(
            incident_id=incident_id,
            made_at=made_at,
            p10_at=p10_at,
            p50_at=p50_at,
            p90_at=p90_at,
            in_time=in_time,
            basis=basis,
            count=count,
            reason=reason,
            simulations=simulations,
        )


        forecast_view.additional_properties = d
        return forecast_view

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

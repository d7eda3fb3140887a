from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.simulation_group_view_kind import SimulationGroupViewKind
from ..models.simulation_group_view_wins_on_type_0 import SimulationGroupViewWinsOnType0
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.simulation_view import SimulationView





T = TypeVar("T", bound="SimulationGroupView")



@_attrs_define
class SimulationGroupView:
    """ Simulations that were asked for together.

        Attributes:
            id (str):
            kind (SimulationGroupViewKind):
            name (str):
            wins_on (None | SimulationGroupViewWinsOnType0): What the first to do has won by
            winner_id (None | str):
            decided_at (datetime.datetime | None):
            wasted_core_hours (float): What the others of a race took of machines
            simulations (list[SimulationView]):
     """

    id: str
    kind: SimulationGroupViewKind
    name: str
    wins_on: None | SimulationGroupViewWinsOnType0
    winner_id: None | str
    decided_at: datetime.datetime | None
    wasted_core_hours: float
    simulations: list[SimulationView]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.simulation_view import SimulationView # noqa: PLC0415
        id = self.id

        kind = self.kind.value

        name = self.name

        wins_on: None | str
        if isinstance(self.wins_on, SimulationGroupViewWinsOnType0):
            wins_on = self.wins_on.value
        else:
            wins_on = self.wins_on

        winner_id: None | str
        winner_id = self.winner_id

        decided_at: None | str
        if isinstance(self.decided_at, datetime.datetime):
            decided_at = self.decided_at.isoformat()
        else:
            decided_at = self.decided_at

        wasted_core_hours = self.wasted_core_hours

        simulations = []
        for simulations_item_data in self.simulations:
            simulations_item = simulations_item_data.to_dict()
            simulations.append(simulations_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "kind": kind,
            "name": name,
            "wins_on": wins_on,
            "winner_id": winner_id,
            "decided_at": decided_at,
            "wasted_core_hours": wasted_core_hours,
            "simulations": simulations,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.simulation_view import SimulationView # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        kind = SimulationGroupViewKind(d.pop("kind"))




        name = d.pop("name")

        def _parse_wins_on(data: object) -> None | SimulationGroupViewWinsOnType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                wins_on_type_0 = SimulationGroupViewWinsOnType0(data)



                return wins_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SimulationGroupViewWinsOnType0, data)

        wins_on = _parse_wins_on(d.pop("wins_on"))


        def _parse_winner_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        winner_id = _parse_winner_id(d.pop("winner_id"))


        def _parse_decided_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                decided_at_type_0 = datetime.datetime.fromisoformat(data)



                return decided_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        decided_at = _parse_decided_at(d.pop("decided_at"))


        wasted_core_hours = d.pop("wasted_core_hours")

        simulations = []
        _simulations = d.pop("simulations")
        for simulations_item_data in (_simulations):
            simulations_item = SimulationView.from_dict(simulations_item_data)



            simulations.append(simulations_item)


        simulation_group_view = cls(
            id=id,
            kind=kind,
            name=name,
            wins_on=wins_on,
            winner_id=winner_id,
            decided_at=decided_at,
            wasted_core_hours=wasted_core_hours,
            simulations=simulations,
        )


        simulation_group_view.additional_properties = d
        return simulation_group_view

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

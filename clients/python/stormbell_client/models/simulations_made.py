from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.simulation_view import SimulationView





T = TypeVar("T", bound="SimulationsMade")



@_attrs_define
class SimulationsMade:
    """ The simulations that were asked for, and what there is to say about it.

        Attributes:
            simulations (list[SimulationView]):
            group_id (None | str | Unset):
            warnings (list[str] | Unset):
     """

    simulations: list[SimulationView]
    group_id: None | str | Unset = UNSET
    warnings: list[str] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.simulation_view import SimulationView # noqa: PLC0415
        simulations = []
        for simulations_item_data in self.simulations:
            simulations_item = simulations_item_data.to_dict()
            simulations.append(simulations_item)



        group_id: None | str | Unset
        if isinstance(self.group_id, Unset):
            group_id = UNSET
        else:
            group_id = self.group_id

        warnings: list[str] | Unset = UNSET
        if not isinstance(self.warnings, Unset):
            warnings = self.warnings




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "simulations": simulations,
        })
        if group_id is not UNSET:
            field_dict["group_id"] = group_id
        if warnings is not UNSET:
            field_dict["warnings"] = warnings

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.simulation_view import SimulationView # noqa: PLC0415
        d = dict(src_dict)
        simulations = []
        _simulations = d.pop("simulations")
        for simulations_item_data in (_simulations):
            simulations_item = SimulationView.from_dict(simulations_item_data)



            simulations.append(simulations_item)


        def _parse_group_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        group_id = _parse_group_id(d.pop("group_id", UNSET))


        warnings = cast(list[str], d.pop("warnings", UNSET))


        simulations_made = cls(
            simulations=simulations,
            group_id=group_id,
            warnings=warnings,
        )


        simulations_made.additional_properties = d
        return simulations_made

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.placement_view import PlacementView





T = TypeVar("T", bound="SimulationPlan")



@_attrs_define
class SimulationPlan:
    """ What would happen if this were asked for now.

        Attributes:
            name (str):
            machine (None | str): Where it would run
            placement (PlacementView): Where it runs and why there.
            command (list[str]):
            script (None | str): What would be submitted there
            core_hours (float): What would be reserved: for all simulations, for the longest they may take
            warnings (list[str] | Unset):
     """

    name: str
    machine: None | str
    placement: PlacementView
    command: list[str]
    script: None | str
    core_hours: float
    warnings: list[str] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.placement_view import PlacementView # noqa: PLC0415
        name = self.name

        machine: None | str
        machine = self.machine

        placement = self.placement.to_dict()

        command = self.command



        script: None | str
        script = self.script

        core_hours = self.core_hours

        warnings: list[str] | Unset = UNSET
        if not isinstance(self.warnings, Unset):
            warnings = self.warnings




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "name": name,
            "machine": machine,
            "placement": placement,
            "command": command,
            "script": script,
            "core_hours": core_hours,
        })
        if warnings is not UNSET:
            field_dict["warnings"] = warnings

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.placement_view import PlacementView # noqa: PLC0415
        d = dict(src_dict)
        name = d.pop("name")

        def _parse_machine(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        machine = _parse_machine(d.pop("machine"))


        placement = PlacementView.from_dict(d.pop("placement"))




        command = cast(list[str], d.pop("command"))


        def _parse_script(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        script = _parse_script(d.pop("script"))


        core_hours = d.pop("core_hours")

        warnings = cast(list[str], d.pop("warnings", UNSET))


        simulation_plan = cls(
            name=name,
            machine=machine,
            placement=placement,
            command=command,
            script=script,
            core_hours=core_hours,
            warnings=warnings,
        )


        simulation_plan.additional_properties = d
        return simulation_plan

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

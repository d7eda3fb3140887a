from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.provenance_origin_type_0 import ProvenanceOriginType0





T = TypeVar("T", bound="Provenance")



@_attrs_define
class Provenance:
    """ Where a data set came from.

        Attributes:
            incident (None | str):
            stage (None | str):
            simulation (None | str):
            machine (None | str):
            inputs (list[str]): Ids of the data sets it was made from
            origin (None | ProvenanceOriginType0 | Unset): The address it was fetched from, or the query it answers; with
                it, it can be refreshed
     """

    incident: None | str
    stage: None | str
    simulation: None | str
    machine: None | str
    inputs: list[str]
    origin: None | ProvenanceOriginType0 | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.provenance_origin_type_0 import ProvenanceOriginType0 # noqa: PLC0415
        incident: None | str
        incident = self.incident

        stage: None | str
        stage = self.stage

        simulation: None | str
        simulation = self.simulation

        machine: None | str
        machine = self.machine

        inputs = self.inputs



        origin: dict[str, Any] | None | Unset
        if isinstance(self.origin, Unset):
            origin = UNSET
        elif isinstance(self.origin, ProvenanceOriginType0):
            origin = self.origin.to_dict()
        else:
            origin = self.origin


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "incident": incident,
            "stage": stage,
            "simulation": simulation,
            "machine": machine,
            "inputs": inputs,
        })
        if origin is not UNSET:
            field_dict["origin"] = origin

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.provenance_origin_type_0 import ProvenanceOriginType0 # noqa: PLC0415
        d = dict(src_dict)
        def _parse_incident(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        incident = _parse_incident(d.pop("incident"))


        def _parse_stage(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        stage = _parse_stage(d.pop("stage"))


        def _parse_simulation(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        simulation = _parse_simulation(d.pop("simulation"))


        def _parse_machine(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        machine = _parse_machine(d.pop("machine"))


        inputs = cast(list[str], d.pop("inputs"))


        def _parse_origin(data: object) -> None | ProvenanceOriginType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                origin_type_0 = ProvenanceOriginType0.from_dict(data)



                return origin_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | ProvenanceOriginType0 | Unset, data)

        origin = _parse_origin(d.pop("origin", UNSET))


        provenance = cls(
            incident=incident,
            stage=stage,
            simulation=simulation,
            machine=machine,
            inputs=inputs,
            origin=origin,
        )


        provenance.additional_properties = d
        return provenance

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

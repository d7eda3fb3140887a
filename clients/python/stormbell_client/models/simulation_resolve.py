from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.simulation_resolve_became import SimulationResolveBecame






T = TypeVar("T", bound="SimulationResolve")



@_attrs_define
class SimulationResolve:
    """ What became of a simulation in doubt, by who knows.

        Attributes:
            became (SimulationResolveBecame): `repeat`: it is not there any more, and is to be run again
     """

    became: SimulationResolveBecame





    def to_dict(self) -> dict[str, Any]:
        became = self.became.value


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "became": became,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        became = SimulationResolveBecame(d.pop("became"))




        simulation_resolve = cls(
            became=became,
        )

        return simulation_resolve


from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.simulation_filter import SimulationFilter





T = TypeVar("T", bound="SimulationBulk")



@_attrs_define
class SimulationBulk:
    """ What is to be done to many simulations.

        Attributes:
            filter_ (SimulationFilter): Which simulations: those that fit all of what is given.
            dry_run (bool | Unset): Only say how many there are, and which are the first Default: False.
     """

    filter_: SimulationFilter
    dry_run: bool | Unset = False





    def to_dict(self) -> dict[str, Any]:
        from ..models.simulation_filter import SimulationFilter # noqa: PLC0415
        filter_ = self.filter_.to_dict()

        dry_run = self.dry_run


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "filter": filter_,
        })
        if dry_run is not UNSET:
            field_dict["dry_run"] = dry_run

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.simulation_filter import SimulationFilter # noqa: PLC0415
        d = dict(src_dict)
        filter_ = SimulationFilter.from_dict(d.pop("filter"))




        dry_run = d.pop("dry_run", UNSET)

        simulation_bulk = cls(
            filter_=filter_,
            dry_run=dry_run,
        )

        return simulation_bulk


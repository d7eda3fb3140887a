from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.dataset_mark import DatasetMark
  from ..models.delivery_mark import DeliveryMark
  from ..models.simulation_bar import SimulationBar
  from ..models.stage_bar import StageBar





T = TypeVar("T", bound="Timeline")



@_attrs_define
class Timeline:
    """ Everything that happened in an incident, for one picture.

        Attributes:
            server_time (datetime.datetime):
            from_at (datetime.datetime):
            to_at (datetime.datetime):
            deliveries (list[DeliveryMark]):
            stages (list[StageBar]):
            simulations (list[SimulationBar]):
            datasets (list[DatasetMark]):
     """

    server_time: datetime.datetime
    from_at: datetime.datetime
    to_at: datetime.datetime
    deliveries: list[DeliveryMark]
    stages: list[StageBar]
    simulations: list[SimulationBar]
    datasets: list[DatasetMark]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.dataset_mark import DatasetMark # noqa: PLC0415
        from ..models.delivery_mark import DeliveryMark # noqa: PLC0415
        from ..models.simulation_bar import SimulationBar # noqa: PLC0415
        from ..models.stage_bar import StageBar # noqa: PLC0415
        server_time = self.server_time.isoformat()

        from_at = self.from_at.isoformat()

        to_at = self.to_at.isoformat()

        deliveries = []
        for deliveries_item_data in self.deliveries:
            deliveries_item = deliveries_item_data.to_dict()
            deliveries.append(deliveries_item)



        stages = []
        for stages_item_data in self.stages:
            stages_item = stages_item_data.to_dict()
            stages.append(stages_item)



        simulations = []
        for simulations_item_data in self.simulations:
            simulations_item = simulations_item_data.to_dict()
            simulations.append(simulations_item)



        datasets = []
        for datasets_item_data in self.datasets:
            datasets_item = datasets_item_data.to_dict()
            datasets.append(datasets_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "server_time": server_time,
            "from_at": from_at,
            "to_at": to_at,
            "deliveries": deliveries,
            "stages": stages,
            "simulations": simulations,
            "datasets": datasets,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.dataset_mark import DatasetMark # noqa: PLC0415
        from ..models.delivery_mark import DeliveryMark # noqa: PLC0415
        from ..models.simulation_bar import SimulationBar # noqa: PLC0415
        from ..models.stage_bar import StageBar # noqa: PLC0415
        d = dict(src_dict)
        server_time = datetime.datetime.fromisoformat(d.pop("server_time"))




        from_at = datetime.datetime.fromisoformat(d.pop("from_at"))




        to_at = datetime.datetime.fromisoformat(d.pop("to_at"))




        deliveries = []
        _deliveries = d.pop("deliveries")
        for deliveries_item_data in (_deliveries):
            deliveries_item = DeliveryMark.from_dict(deliveries_item_data)



            deliveries.append(deliveries_item)


        stages = []
        _stages = d.pop("stages")
        for stages_item_data in (_stages):
            stages_item = StageBar.from_dict(stages_item_data)



            stages.append(stages_item)


        simulations = []
        _simulations = d.pop("simulations")
        for simulations_item_data in (_simulations):
            simulations_item = SimulationBar.from_dict(simulations_item_data)



            simulations.append(simulations_item)


        datasets = []
        _datasets = d.pop("datasets")
        for datasets_item_data in (_datasets):
            datasets_item = DatasetMark.from_dict(datasets_item_data)



            datasets.append(datasets_item)


        timeline = cls(
            server_time=server_time,
            from_at=from_at,
            to_at=to_at,
            deliveries=deliveries,
            stages=stages,
            simulations=simulations,
            datasets=datasets,
        )


        timeline.additional_properties = d
        return timeline

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.machine_history_point import MachineHistoryPoint





T = TypeVar("T", bound="MachineHistory")



@_attrs_define
class MachineHistory:
    """ How a machine was over time, the oldest first; times without a sample are left out.

        Attributes:
            since (datetime.datetime):
            until (datetime.datetime):
            step_seconds (int): The time each point stands for
            points (list[MachineHistoryPoint]):
     """

    since: datetime.datetime
    until: datetime.datetime
    step_seconds: int
    points: list[MachineHistoryPoint]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.machine_history_point import MachineHistoryPoint # noqa: PLC0415
        since = self.since.isoformat()

        until = self.until.isoformat()

        step_seconds = self.step_seconds

        points = []
        for points_item_data in self.points:
            points_item = points_item_data.to_dict()
            points.append(points_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "since": since,
            "until": until,
            "step_seconds": step_seconds,
            "points": points,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.machine_history_point import MachineHistoryPoint # noqa: PLC0415
        d = dict(src_dict)
        since = datetime.datetime.fromisoformat(d.pop("since"))




        until = datetime.datetime.fromisoformat(d.pop("until"))




        step_seconds = d.pop("step_seconds")

        points = []
        _points = d.pop("points")
        for points_item_data in (_points):
            points_item = MachineHistoryPoint.from_dict(points_item_data)



            points.append(points_item)


        machine_history = cls(
            since=since,
            until=until,
            step_seconds=step_seconds,
            points=points,
        )


        machine_history.additional_properties = d
        return machine_history

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

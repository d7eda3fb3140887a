from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.observation_view_mode import ObservationViewMode
from typing import cast
import datetime






T = TypeVar("T", bound="ObservationView")



@_attrs_define
class ObservationView:
    """ Somebody observing.

        Attributes:
            id (str):
            mode (ObservationViewMode):
            period_seconds (float):
            user_id (None | str):
            node_id (str): Boot id of the node that started it; any node serves its stream
            started_at (datetime.datetime):
            seen_at (datetime.datetime):
     """

    id: str
    mode: ObservationViewMode
    period_seconds: float
    user_id: None | str
    node_id: str
    started_at: datetime.datetime
    seen_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        mode = self.mode.value

        period_seconds = self.period_seconds

        user_id: None | str
        user_id = self.user_id

        node_id = self.node_id

        started_at = self.started_at.isoformat()

        seen_at = self.seen_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "mode": mode,
            "period_seconds": period_seconds,
            "user_id": user_id,
            "node_id": node_id,
            "started_at": started_at,
            "seen_at": seen_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        mode = ObservationViewMode(d.pop("mode"))




        period_seconds = d.pop("period_seconds")

        def _parse_user_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        user_id = _parse_user_id(d.pop("user_id"))


        node_id = d.pop("node_id")

        started_at = datetime.datetime.fromisoformat(d.pop("started_at"))




        seen_at = datetime.datetime.fromisoformat(d.pop("seen_at"))




        observation_view = cls(
            id=id,
            mode=mode,
            period_seconds=period_seconds,
            user_id=user_id,
            node_id=node_id,
            started_at=started_at,
            seen_at=seen_at,
        )


        observation_view.additional_properties = d
        return observation_view

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

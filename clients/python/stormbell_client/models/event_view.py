from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.event_view_data import EventViewData





T = TypeVar("T", bound="EventView")



@_attrs_define
class EventView:
    """ One fact.

        Attributes:
            id (str): Its place in the stream; opaque
            at (datetime.datetime):
            type_ (str):
            subject_id (str):
            incident_id (None | str):
            actor (None | str): The user who did it
            text (str): One sentence for people
            data (EventViewData):
     """

    id: str
    at: datetime.datetime
    type_: str
    subject_id: str
    incident_id: None | str
    actor: None | str
    text: str
    data: EventViewData
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.event_view_data import EventViewData # noqa: PLC0415
        id = self.id

        at = self.at.isoformat()

        type_ = self.type_

        subject_id = self.subject_id

        incident_id: None | str
        incident_id = self.incident_id

        actor: None | str
        actor = self.actor

        text = self.text

        data = self.data.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "at": at,
            "type": type_,
            "subject_id": subject_id,
            "incident_id": incident_id,
            "actor": actor,
            "text": text,
            "data": data,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.event_view_data import EventViewData # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        at = datetime.datetime.fromisoformat(d.pop("at"))




        type_ = d.pop("type")

        subject_id = d.pop("subject_id")

        def _parse_incident_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        incident_id = _parse_incident_id(d.pop("incident_id"))


        def _parse_actor(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        actor = _parse_actor(d.pop("actor"))


        text = d.pop("text")

        data = EventViewData.from_dict(d.pop("data"))




        event_view = cls(
            id=id,
            at=at,
            type_=type_,
            subject_id=subject_id,
            incident_id=incident_id,
            actor=actor,
            text=text,
            data=data,
        )


        event_view.additional_properties = d
        return event_view

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

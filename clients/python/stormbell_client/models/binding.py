from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.binding_target import BindingTarget
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.binding_message_type_0 import BindingMessageType0





T = TypeVar("T", bound="Binding")



@_attrs_define
class Binding:
    """ A rule about a source's deliveries.

        Attributes:
            id (str):
            source_id (str):
            name (str):
            enabled (bool):
            filter_ (None | str):
            target (BindingTarget):
            workflow (None | str):
            incident_id (None | str):
            key (None | str):
            opens (bool):
            stage (str):
            message (BindingMessageType0 | None):
            title (None | str):
            created_by (str):
            created_at (datetime.datetime):
     """

    id: str
    source_id: str
    name: str
    enabled: bool
    filter_: None | str
    target: BindingTarget
    workflow: None | str
    incident_id: None | str
    key: None | str
    opens: bool
    stage: str
    message: BindingMessageType0 | None
    title: None | str
    created_by: str
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.binding_message_type_0 import BindingMessageType0 # noqa: PLC0415
        id = self.id

        source_id = self.source_id

        name = self.name

        enabled = self.enabled

        filter_: None | str
        filter_ = self.filter_

        target = self.target.value

        workflow: None | str
        workflow = self.workflow

        incident_id: None | str
        incident_id = self.incident_id

        key: None | str
        key = self.key

        opens = self.opens

        stage = self.stage

        message: dict[str, Any] | None
        if isinstance(self.message, BindingMessageType0):
            message = self.message.to_dict()
        else:
            message = self.message

        title: None | str
        title = self.title

        created_by = self.created_by

        created_at = self.created_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "source_id": source_id,
            "name": name,
            "enabled": enabled,
            "filter": filter_,
            "target": target,
            "workflow": workflow,
            "incident_id": incident_id,
            "key": key,
            "opens": opens,
            "stage": stage,
            "message": message,
            "title": title,
            "created_by": created_by,
            "created_at": created_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.binding_message_type_0 import BindingMessageType0 # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        source_id = d.pop("source_id")

        name = d.pop("name")

        enabled = d.pop("enabled")

        def _parse_filter_(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        filter_ = _parse_filter_(d.pop("filter"))


        target = BindingTarget(d.pop("target"))




        def _parse_workflow(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        workflow = _parse_workflow(d.pop("workflow"))


        def _parse_incident_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        incident_id = _parse_incident_id(d.pop("incident_id"))


        def _parse_key(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        key = _parse_key(d.pop("key"))


        opens = d.pop("opens")

        stage = d.pop("stage")

        def _parse_message(data: object) -> BindingMessageType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                message_type_0 = BindingMessageType0.from_dict(data)



                return message_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BindingMessageType0 | None, data)

        message = _parse_message(d.pop("message"))


        def _parse_title(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        title = _parse_title(d.pop("title"))


        created_by = d.pop("created_by")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        binding = cls(
            id=id,
            source_id=source_id,
            name=name,
            enabled=enabled,
            filter_=filter_,
            target=target,
            workflow=workflow,
            incident_id=incident_id,
            key=key,
            opens=opens,
            stage=stage,
            message=message,
            title=title,
            created_by=created_by,
            created_at=created_at,
        )


        binding.additional_properties = d
        return binding

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

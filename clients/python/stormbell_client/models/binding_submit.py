from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.binding_submit_target import BindingSubmitTarget
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.binding_submit_message_type_0 import BindingSubmitMessageType0





T = TypeVar("T", bound="BindingSubmit")



@_attrs_define
class BindingSubmit:
    """ A rule about a source's deliveries. Expressions are JMESPath over ``body``, ``key``, ``event`` and others.

        Attributes:
            name (str):
            target (BindingSubmitTarget): open: a new incident each time; correlate: the running one of the key; stage: of
                one incident
            enabled (bool | Unset):  Default: True.
            filter_ (None | str | Unset): Which deliveries it is about; none: all
            workflow (None | str | Unset): For open and correlate
            incident_id (None | str | Unset): For stage
            key (None | str | Unset): For correlate: what tells incidents apart
            opens (bool | Unset): For correlate: whether to open one where none runs Default: True.
            stage (None | str | Unset): Stage that gets the message; none: the first
            message (BindingSubmitMessageType0 | None | Unset): The message by field, each an expression; none: the body
            title (None | str | Unset): Name of an incident it opens
     """

    name: str
    target: BindingSubmitTarget
    enabled: bool | Unset = True
    filter_: None | str | Unset = UNSET
    workflow: None | str | Unset = UNSET
    incident_id: None | str | Unset = UNSET
    key: None | str | Unset = UNSET
    opens: bool | Unset = True
    stage: None | str | Unset = UNSET
    message: BindingSubmitMessageType0 | None | Unset = UNSET
    title: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.binding_submit_message_type_0 import BindingSubmitMessageType0 # noqa: PLC0415
        name = self.name

        target = self.target.value

        enabled = self.enabled

        filter_: None | str | Unset
        if isinstance(self.filter_, Unset):
            filter_ = UNSET
        else:
            filter_ = self.filter_

        workflow: None | str | Unset
        if isinstance(self.workflow, Unset):
            workflow = UNSET
        else:
            workflow = self.workflow

        incident_id: None | str | Unset
        if isinstance(self.incident_id, Unset):
            incident_id = UNSET
        else:
            incident_id = self.incident_id

        key: None | str | Unset
        if isinstance(self.key, Unset):
            key = UNSET
        else:
            key = self.key

        opens = self.opens

        stage: None | str | Unset
        if isinstance(self.stage, Unset):
            stage = UNSET
        else:
            stage = self.stage

        message: dict[str, Any] | None | Unset
        if isinstance(self.message, Unset):
            message = UNSET
        elif isinstance(self.message, BindingSubmitMessageType0):
            message = self.message.to_dict()
        else:
            message = self.message

        title: None | str | Unset
        if isinstance(self.title, Unset):
            title = UNSET
        else:
            title = self.title


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "name": name,
            "target": target,
        })
        if enabled is not UNSET:
            field_dict["enabled"] = enabled
        if filter_ is not UNSET:
            field_dict["filter"] = filter_
        if workflow is not UNSET:
            field_dict["workflow"] = workflow
        if incident_id is not UNSET:
            field_dict["incident_id"] = incident_id
        if key is not UNSET:
            field_dict["key"] = key
        if opens is not UNSET:
            field_dict["opens"] = opens
        if stage is not UNSET:
            field_dict["stage"] = stage
        if message is not UNSET:
            field_dict["message"] = message
        if title is not UNSET:
            field_dict["title"] = title

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.binding_submit_message_type_0 import BindingSubmitMessageType0 # noqa: PLC0415
        d = dict(src_dict)
        name = d.pop("name")

        target = BindingSubmitTarget(d.pop("target"))




        enabled = d.pop("enabled", UNSET)

        def _parse_filter_(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        filter_ = _parse_filter_(d.pop("filter", UNSET))


        def _parse_workflow(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        workflow = _parse_workflow(d.pop("workflow", UNSET))


        def _parse_incident_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        incident_id = _parse_incident_id(d.pop("incident_id", UNSET))


        def _parse_key(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        key = _parse_key(d.pop("key", UNSET))


        opens = d.pop("opens", UNSET)

        def _parse_stage(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        stage = _parse_stage(d.pop("stage", UNSET))


        def _parse_message(data: object) -> BindingSubmitMessageType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                message_type_0 = BindingSubmitMessageType0.from_dict(data)



                return message_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BindingSubmitMessageType0 | None | Unset, data)

        message = _parse_message(d.pop("message", UNSET))


        def _parse_title(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        title = _parse_title(d.pop("title", UNSET))


        binding_submit = cls(
            name=name,
            target=target,
            enabled=enabled,
            filter_=filter_,
            workflow=workflow,
            incident_id=incident_id,
            key=key,
            opens=opens,
            stage=stage,
            message=message,
            title=title,
        )

        return binding_submit


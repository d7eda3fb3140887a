from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.binding_trial_does import BindingTrialDoes
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.binding_trial_message_type_0 import BindingTrialMessageType0





T = TypeVar("T", bound="BindingTrial")



@_attrs_define
class BindingTrial:
    """ What a binding would do. Nothing was done.

        Attributes:
            passes (bool): The delivery passes the filter
            does (BindingTrialDoes):
            reason (None | str | Unset):
            stage (None | str | Unset):
            key (None | str | Unset):
            name (None | str | Unset): Of the incident it would open
            incident_id (None | str | Unset): The incident it would send to
            message (BindingTrialMessageType0 | None | Unset):
     """

    passes: bool
    does: BindingTrialDoes
    reason: None | str | Unset = UNSET
    stage: None | str | Unset = UNSET
    key: None | str | Unset = UNSET
    name: None | str | Unset = UNSET
    incident_id: None | str | Unset = UNSET
    message: BindingTrialMessageType0 | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.binding_trial_message_type_0 import BindingTrialMessageType0 # noqa: PLC0415
        passes = self.passes

        does = self.does.value

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        stage: None | str | Unset
        if isinstance(self.stage, Unset):
            stage = UNSET
        else:
            stage = self.stage

        key: None | str | Unset
        if isinstance(self.key, Unset):
            key = UNSET
        else:
            key = self.key

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        incident_id: None | str | Unset
        if isinstance(self.incident_id, Unset):
            incident_id = UNSET
        else:
            incident_id = self.incident_id

        message: dict[str, Any] | None | Unset
        if isinstance(self.message, Unset):
            message = UNSET
        elif isinstance(self.message, BindingTrialMessageType0):
            message = self.message.to_dict()
        else:
            message = self.message


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "passes": passes,
            "does": does,
        })
        if reason is not UNSET:
            field_dict["reason"] = reason
        if stage is not UNSET:
            field_dict["stage"] = stage
        if key is not UNSET:
            field_dict["key"] = key
        if name is not UNSET:
            field_dict["name"] = name
        if incident_id is not UNSET:
            field_dict["incident_id"] = incident_id
        if message is not UNSET:
            field_dict["message"] = message

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.binding_trial_message_type_0 import BindingTrialMessageType0 # noqa: PLC0415
        d = dict(src_dict)
        passes = d.pop("passes")

        does = BindingTrialDoes(d.pop("does"))




        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))


        def _parse_stage(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        stage = _parse_stage(d.pop("stage", UNSET))


        def _parse_key(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        key = _parse_key(d.pop("key", UNSET))


        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))


        def _parse_incident_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        incident_id = _parse_incident_id(d.pop("incident_id", UNSET))


        def _parse_message(data: object) -> BindingTrialMessageType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                message_type_0 = BindingTrialMessageType0.from_dict(data)



                return message_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BindingTrialMessageType0 | None | Unset, data)

        message = _parse_message(d.pop("message", UNSET))


        binding_trial = cls(
            passes=passes,
            does=does,
            reason=reason,
            stage=stage,
            key=key,
            name=name,
            incident_id=incident_id,
            message=message,
        )


        binding_trial.additional_properties = d
        return binding_trial

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.incident_retry_message_type_0 import IncidentRetryMessageType0





T = TypeVar("T", bound="IncidentRetry")



@_attrs_define
class IncidentRetry:
    """ How a stopped incident goes on.

        Attributes:
            stage_id (None | str | Unset): The failed stage whose message is replaced
            message (IncidentRetryMessageType0 | None | Unset): Instead of the failed stage's message
     """

    stage_id: None | str | Unset = UNSET
    message: IncidentRetryMessageType0 | None | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.incident_retry_message_type_0 import IncidentRetryMessageType0 # noqa: PLC0415
        stage_id: None | str | Unset
        if isinstance(self.stage_id, Unset):
            stage_id = UNSET
        else:
            stage_id = self.stage_id

        message: dict[str, Any] | None | Unset
        if isinstance(self.message, Unset):
            message = UNSET
        elif isinstance(self.message, IncidentRetryMessageType0):
            message = self.message.to_dict()
        else:
            message = self.message


        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if stage_id is not UNSET:
            field_dict["stage_id"] = stage_id
        if message is not UNSET:
            field_dict["message"] = message

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.incident_retry_message_type_0 import IncidentRetryMessageType0 # noqa: PLC0415
        d = dict(src_dict)
        def _parse_stage_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        stage_id = _parse_stage_id(d.pop("stage_id", UNSET))


        def _parse_message(data: object) -> IncidentRetryMessageType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                message_type_0 = IncidentRetryMessageType0.from_dict(data)



                return message_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(IncidentRetryMessageType0 | None | Unset, data)

        message = _parse_message(d.pop("message", UNSET))


        incident_retry = cls(
            stage_id=stage_id,
            message=message,
        )

        return incident_retry


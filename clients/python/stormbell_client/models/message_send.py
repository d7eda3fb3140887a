from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.message_send_message import MessageSendMessage





T = TypeVar("T", bound="MessageSend")



@_attrs_define
class MessageSend:
    """ A message to a stage.

        Attributes:
            stage (str):
            message (MessageSendMessage | Unset):
            delay_seconds (float | Unset):  Default: 0.0.
            label (None | str | Unset): Shown in the graph instead of the stage
     """

    stage: str
    message: MessageSendMessage | Unset = UNSET
    delay_seconds: float | Unset = 0.0
    label: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        from ..models.message_send_message import MessageSendMessage # noqa: PLC0415
        stage = self.stage

        message: dict[str, Any] | Unset = UNSET
        if not isinstance(self.message, Unset):
            message = self.message.to_dict()

        delay_seconds = self.delay_seconds

        label: None | str | Unset
        if isinstance(self.label, Unset):
            label = UNSET
        else:
            label = self.label


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "stage": stage,
        })
        if message is not UNSET:
            field_dict["message"] = message
        if delay_seconds is not UNSET:
            field_dict["delay_seconds"] = delay_seconds
        if label is not UNSET:
            field_dict["label"] = label

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.message_send_message import MessageSendMessage # noqa: PLC0415
        d = dict(src_dict)
        stage = d.pop("stage")

        _message = d.pop("message", UNSET)
        message: MessageSendMessage | Unset
        if isinstance(_message,  Unset):
            message = UNSET
        else:
            message = MessageSendMessage.from_dict(_message)




        delay_seconds = d.pop("delay_seconds", UNSET)

        def _parse_label(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        label = _parse_label(d.pop("label", UNSET))


        message_send = cls(
            stage=stage,
            message=message,
            delay_seconds=delay_seconds,
            label=label,
        )

        return message_send


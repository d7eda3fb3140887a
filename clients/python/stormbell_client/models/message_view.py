from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.message_view_state import MessageViewState
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.message_view_message import MessageViewMessage





T = TypeVar("T", bound="MessageView")



@_attrs_define
class MessageView:
    """ A message to a stage, who sent it, and how the stage went.

        Attributes:
            id (str): Of the stage's run
            stage (str):
            message (MessageViewMessage):
            originator (str): Id of the stage, delivery or user it came from
            originator_stage (None | str): Name of the stage it came from
            label (None | str):
            state (MessageViewState):
            attempts (int):
            due_at (datetime.datetime | None):
            queued_at (datetime.datetime):
            started_at (datetime.datetime | None):
            finished_at (datetime.datetime | None):
            seconds (float | None): From the beginning of its last attempt to its end
            error (None | str):
     """

    id: str
    stage: str
    message: MessageViewMessage
    originator: str
    originator_stage: None | str
    label: None | str
    state: MessageViewState
    attempts: int
    due_at: datetime.datetime | None
    queued_at: datetime.datetime
    started_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    seconds: float | None
    error: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.message_view_message import MessageViewMessage # noqa: PLC0415
        id = self.id

        stage = self.stage

        message = self.message.to_dict()

        originator = self.originator

        originator_stage: None | str
        originator_stage = self.originator_stage

        label: None | str
        label = self.label

        state = self.state.value

        attempts = self.attempts

        due_at: None | str
        if isinstance(self.due_at, datetime.datetime):
            due_at = self.due_at.isoformat()
        else:
            due_at = self.due_at

        queued_at = self.queued_at.isoformat()

        started_at: None | str
        if isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        seconds: float | None
        seconds = self.seconds

        error: None | str
        error = self.error


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "stage": stage,
            "message": message,
            "originator": originator,
            "originator_stage": originator_stage,
            "label": label,
            "state": state,
            "attempts": attempts,
            "due_at": due_at,
            "queued_at": queued_at,
            "started_at": started_at,
            "finished_at": finished_at,
            "seconds": seconds,
            "error": error,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.message_view_message import MessageViewMessage # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        stage = d.pop("stage")

        message = MessageViewMessage.from_dict(d.pop("message"))




        originator = d.pop("originator")

        def _parse_originator_stage(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        originator_stage = _parse_originator_stage(d.pop("originator_stage"))


        def _parse_label(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        label = _parse_label(d.pop("label"))


        state = MessageViewState(d.pop("state"))




        attempts = d.pop("attempts")

        def _parse_due_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                due_at_type_0 = datetime.datetime.fromisoformat(data)



                return due_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        due_at = _parse_due_at(d.pop("due_at"))


        queued_at = datetime.datetime.fromisoformat(d.pop("queued_at"))




        def _parse_started_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                started_at_type_0 = datetime.datetime.fromisoformat(data)



                return started_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        started_at = _parse_started_at(d.pop("started_at"))


        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)



                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))


        def _parse_seconds(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        seconds = _parse_seconds(d.pop("seconds"))


        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))


        message_view = cls(
            id=id,
            stage=stage,
            message=message,
            originator=originator,
            originator_stage=originator_stage,
            label=label,
            state=state,
            attempts=attempts,
            due_at=due_at,
            queued_at=queued_at,
            started_at=started_at,
            finished_at=finished_at,
            seconds=seconds,
            error=error,
        )


        message_view.additional_properties = d
        return message_view

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

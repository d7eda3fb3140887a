from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.incident_open_message import IncidentOpenMessage





T = TypeVar("T", bound="IncidentOpen")



@_attrs_define
class IncidentOpen:
    """ A new incident made by a person.

        Attributes:
            workflow (str):
            name (str):
            stage (str): Stage that gets the first message
            message (IncidentOpenMessage | Unset):
            key (None | str | Unset):
            exercise (bool | Unset):  Default: False.
     """

    workflow: str
    name: str
    stage: str
    message: IncidentOpenMessage | Unset = UNSET
    key: None | str | Unset = UNSET
    exercise: bool | Unset = False





    def to_dict(self) -> dict[str, Any]:
        from ..models.incident_open_message import IncidentOpenMessage # noqa: PLC0415
        workflow = self.workflow

        name = self.name

        stage = self.stage

        message: dict[str, Any] | Unset = UNSET
        if not isinstance(self.message, Unset):
            message = self.message.to_dict()

        key: None | str | Unset
        if isinstance(self.key, Unset):
            key = UNSET
        else:
            key = self.key

        exercise = self.exercise


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "workflow": workflow,
            "name": name,
            "stage": stage,
        })
        if message is not UNSET:
            field_dict["message"] = message
        if key is not UNSET:
            field_dict["key"] = key
        if exercise is not UNSET:
            field_dict["exercise"] = exercise

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.incident_open_message import IncidentOpenMessage # noqa: PLC0415
        d = dict(src_dict)
        workflow = d.pop("workflow")

        name = d.pop("name")

        stage = d.pop("stage")

        _message = d.pop("message", UNSET)
        message: IncidentOpenMessage | Unset
        if isinstance(_message,  Unset):
            message = UNSET
        else:
            message = IncidentOpenMessage.from_dict(_message)




        def _parse_key(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        key = _parse_key(d.pop("key", UNSET))


        exercise = d.pop("exercise", UNSET)

        incident_open = cls(
            workflow=workflow,
            name=name,
            stage=stage,
            message=message,
            key=key,
            exercise=exercise,
        )

        return incident_open


from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.machine_login_state import MachineLoginState
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.prompt import Prompt





T = TypeVar("T", bound="MachineLogin")



@_attrs_define
class MachineLogin:
    """ A login to a machine for which a person is or was needed.

        Attributes:
            id (str):
            machine_id (str):
            state (MachineLoginState): asked: answer the prompts before expires_at; connected: the connection serves
                everybody
            round_ (int): Counts what was asked; answers are for one round
            place (None | str): Which host asks, the machine or one on the way
            user_name (None | str): Whose account it is there
            instructions (str):
            prompts (list[Prompt]):
            text (None | str): What it waits for, or how it ended
            node_name (str): The node whose connection it is
            started_by (None | str): Null: something needed the machine
            answered_by (None | str):
            started_at (datetime.datetime):
            asked_at (datetime.datetime | None):
            answered_at (datetime.datetime | None):
            expires_at (datetime.datetime):
            ended_at (datetime.datetime | None):
     """

    id: str
    machine_id: str
    state: MachineLoginState
    round_: int
    place: None | str
    user_name: None | str
    instructions: str
    prompts: list[Prompt]
    text: None | str
    node_name: str
    started_by: None | str
    answered_by: None | str
    started_at: datetime.datetime
    asked_at: datetime.datetime | None
    answered_at: datetime.datetime | None
    expires_at: datetime.datetime
    ended_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.prompt import Prompt # noqa: PLC0415
        id = self.id

        machine_id = self.machine_id

        state = self.state.value

        round_ = self.round_

        place: None | str
        place = self.place

        user_name: None | str
        user_name = self.user_name

        instructions = self.instructions

        prompts = []
        for prompts_item_data in self.prompts:
            prompts_item = prompts_item_data.to_dict()
            prompts.append(prompts_item)



        text: None | str
        text = self.text

        node_name = self.node_name

        started_by: None | str
        started_by = self.started_by

        answered_by: None | str
        answered_by = self.answered_by

        started_at = self.started_at.isoformat()

        asked_at: None | str
        if isinstance(self.asked_at, datetime.datetime):
            asked_at = self.asked_at.isoformat()
        else:
            asked_at = self.asked_at

        answered_at: None | str
        if isinstance(self.answered_at, datetime.datetime):
            answered_at = self.answered_at.isoformat()
        else:
            answered_at = self.answered_at

        expires_at = self.expires_at.isoformat()

        ended_at: None | str
        if isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "machine_id": machine_id,
            "state": state,
            "round": round_,
            "place": place,
            "user_name": user_name,
            "instructions": instructions,
            "prompts": prompts,
            "text": text,
            "node_name": node_name,
            "started_by": started_by,
            "answered_by": answered_by,
            "started_at": started_at,
            "asked_at": asked_at,
            "answered_at": answered_at,
            "expires_at": expires_at,
            "ended_at": ended_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.prompt import Prompt # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        machine_id = d.pop("machine_id")

        state = MachineLoginState(d.pop("state"))




        round_ = d.pop("round")

        def _parse_place(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        place = _parse_place(d.pop("place"))


        def _parse_user_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        user_name = _parse_user_name(d.pop("user_name"))


        instructions = d.pop("instructions")

        prompts = []
        _prompts = d.pop("prompts")
        for prompts_item_data in (_prompts):
            prompts_item = Prompt.from_dict(prompts_item_data)



            prompts.append(prompts_item)


        def _parse_text(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        text = _parse_text(d.pop("text"))


        node_name = d.pop("node_name")

        def _parse_started_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        started_by = _parse_started_by(d.pop("started_by"))


        def _parse_answered_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        answered_by = _parse_answered_by(d.pop("answered_by"))


        started_at = datetime.datetime.fromisoformat(d.pop("started_at"))




        def _parse_asked_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                asked_at_type_0 = datetime.datetime.fromisoformat(data)



                return asked_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        asked_at = _parse_asked_at(d.pop("asked_at"))


        def _parse_answered_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                answered_at_type_0 = datetime.datetime.fromisoformat(data)



                return answered_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        answered_at = _parse_answered_at(d.pop("answered_at"))


        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))




        def _parse_ended_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_at_type_0 = datetime.datetime.fromisoformat(data)



                return ended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        ended_at = _parse_ended_at(d.pop("ended_at"))


        machine_login = cls(
            id=id,
            machine_id=machine_id,
            state=state,
            round_=round_,
            place=place,
            user_name=user_name,
            instructions=instructions,
            prompts=prompts,
            text=text,
            node_name=node_name,
            started_by=started_by,
            answered_by=answered_by,
            started_at=started_at,
            asked_at=asked_at,
            answered_at=answered_at,
            expires_at=expires_at,
            ended_at=ended_at,
        )


        machine_login.additional_properties = d
        return machine_login

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

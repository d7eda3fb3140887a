from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.simulation_state_record_state import SimulationStateRecordState
from typing import cast
import datetime






T = TypeVar("T", bound="SimulationStateRecord")



@_attrs_define
class SimulationStateRecord:
    """ A state a simulation was in.

        Attributes:
            state (SimulationStateRecordState):
            at (datetime.datetime):
            attempt (int):
            machine (None | str):
            native_state (None | str):
            text (None | str):
     """

    state: SimulationStateRecordState
    at: datetime.datetime
    attempt: int
    machine: None | str
    native_state: None | str
    text: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        state = self.state.value

        at = self.at.isoformat()

        attempt = self.attempt

        machine: None | str
        machine = self.machine

        native_state: None | str
        native_state = self.native_state

        text: None | str
        text = self.text


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "state": state,
            "at": at,
            "attempt": attempt,
            "machine": machine,
            "native_state": native_state,
            "text": text,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        state = SimulationStateRecordState(d.pop("state"))




        at = datetime.datetime.fromisoformat(d.pop("at"))




        attempt = d.pop("attempt")

        def _parse_machine(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        machine = _parse_machine(d.pop("machine"))


        def _parse_native_state(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        native_state = _parse_native_state(d.pop("native_state"))


        def _parse_text(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        text = _parse_text(d.pop("text"))


        simulation_state_record = cls(
            state=state,
            at=at,
            attempt=attempt,
            machine=machine,
            native_state=native_state,
            text=text,
        )


        simulation_state_record.additional_properties = d
        return simulation_state_record

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.node_point_state import NodePointState
from typing import cast






T = TypeVar("T", bound="NodePoint")



@_attrs_define
class NodePoint:
    """ A node at a past moment.

        Attributes:
            id (str):
            name (str):
            state (NodePointState):
            reason (None | str):
            busy (int):
            slots (int):
            section_count (int):
     """

    id: str
    name: str
    state: NodePointState
    reason: None | str
    busy: int
    slots: int
    section_count: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        state = self.state.value

        reason: None | str
        reason = self.reason

        busy = self.busy

        slots = self.slots

        section_count = self.section_count


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "name": name,
            "state": state,
            "reason": reason,
            "busy": busy,
            "slots": slots,
            "section_count": section_count,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        state = NodePointState(d.pop("state"))




        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))


        busy = d.pop("busy")

        slots = d.pop("slots")

        section_count = d.pop("section_count")

        node_point = cls(
            id=id,
            name=name,
            state=state,
            reason=reason,
            busy=busy,
            slots=slots,
            section_count=section_count,
        )


        node_point.additional_properties = d
        return node_point

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

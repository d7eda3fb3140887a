from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.node_change_view_new_state import NodeChangeViewNewState
from ..models.node_change_view_old_state_type_0 import NodeChangeViewOldStateType0
from typing import cast
import datetime






T = TypeVar("T", bound="NodeChangeView")



@_attrs_define
class NodeChangeView:
    """ A node's state changed.

        Attributes:
            number (int):
            node_id (str):
            name (None | str):
            old_state (NodeChangeViewOldStateType0 | None):
            new_state (NodeChangeViewNewState):
            reason (None | str):
            at (datetime.datetime):
     """

    number: int
    node_id: str
    name: None | str
    old_state: NodeChangeViewOldStateType0 | None
    new_state: NodeChangeViewNewState
    reason: None | str
    at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        number = self.number

        node_id = self.node_id

        name: None | str
        name = self.name

        old_state: None | str
        if isinstance(self.old_state, NodeChangeViewOldStateType0):
            old_state = self.old_state.value
        else:
            old_state = self.old_state

        new_state = self.new_state.value

        reason: None | str
        reason = self.reason

        at = self.at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "number": number,
            "node_id": node_id,
            "name": name,
            "old_state": old_state,
            "new_state": new_state,
            "reason": reason,
            "at": at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        number = d.pop("number")

        node_id = d.pop("node_id")

        def _parse_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        name = _parse_name(d.pop("name"))


        def _parse_old_state(data: object) -> NodeChangeViewOldStateType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                old_state_type_0 = NodeChangeViewOldStateType0(data)



                return old_state_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(NodeChangeViewOldStateType0 | None, data)

        old_state = _parse_old_state(d.pop("old_state"))


        new_state = NodeChangeViewNewState(d.pop("new_state"))




        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))


        at = datetime.datetime.fromisoformat(d.pop("at"))




        node_change_view = cls(
            number=number,
            node_id=node_id,
            name=name,
            old_state=old_state,
            new_state=new_state,
            reason=reason,
            at=at,
        )


        node_change_view.additional_properties = d
        return node_change_view

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

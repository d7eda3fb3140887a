from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="LeaderView")



@_attrs_define
class LeaderView:
    """ Who leads a role.

        Attributes:
            role (str):
            node_id (None | str):
            node (None | str): Its name
            generation (int): Fencing token: grows with every change of hands
            lease_until (datetime.datetime):
            since (datetime.datetime):
            candidates (list[str]): Boot ids in the order of their turns, the present leader among them
     """

    role: str
    node_id: None | str
    node: None | str
    generation: int
    lease_until: datetime.datetime
    since: datetime.datetime
    candidates: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        role = self.role

        node_id: None | str
        node_id = self.node_id

        node: None | str
        node = self.node

        generation = self.generation

        lease_until = self.lease_until.isoformat()

        since = self.since.isoformat()

        candidates = self.candidates




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "role": role,
            "node_id": node_id,
            "node": node,
            "generation": generation,
            "lease_until": lease_until,
            "since": since,
            "candidates": candidates,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        role = d.pop("role")

        def _parse_node_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        node_id = _parse_node_id(d.pop("node_id"))


        def _parse_node(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        node = _parse_node(d.pop("node"))


        generation = d.pop("generation")

        lease_until = datetime.datetime.fromisoformat(d.pop("lease_until"))




        since = datetime.datetime.fromisoformat(d.pop("since"))




        candidates = cast(list[str], d.pop("candidates"))


        leader_view = cls(
            role=role,
            node_id=node_id,
            node=node,
            generation=generation,
            lease_until=lease_until,
            since=since,
            candidates=candidates,
        )


        leader_view.additional_properties = d
        return leader_view

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

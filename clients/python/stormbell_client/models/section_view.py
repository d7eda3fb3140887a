from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="SectionView")



@_attrs_define
class SectionView:
    """ A slice of the queue and who owns it.

        Attributes:
            section (int):
            node_id (None | str):
            generation (int): Grows with every change of hands
            assigned_at (datetime.datetime):
     """

    section: int
    node_id: None | str
    generation: int
    assigned_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        section = self.section

        node_id: None | str
        node_id = self.node_id

        generation = self.generation

        assigned_at = self.assigned_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "section": section,
            "node_id": node_id,
            "generation": generation,
            "assigned_at": assigned_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        section = d.pop("section")

        def _parse_node_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        node_id = _parse_node_id(d.pop("node_id"))


        generation = d.pop("generation")

        assigned_at = datetime.datetime.fromisoformat(d.pop("assigned_at"))




        section_view = cls(
            section=section,
            node_id=node_id,
            generation=generation,
            assigned_at=assigned_at,
        )


        section_view.additional_properties = d
        return section_view

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

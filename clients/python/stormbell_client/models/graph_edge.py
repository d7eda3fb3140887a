from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.graph_edge_relation import GraphEdgeRelation






T = TypeVar("T", bound="GraphEdge")



@_attrs_define
class GraphEdge:
    """ ``source`` made, or was used for, ``target``; the words are those of PROV, read from the later to the earlier.

        Attributes:
            source (str):
            target (str):
            relation (GraphEdgeRelation):
     """

    source: str
    target: str
    relation: GraphEdgeRelation
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        source = self.source

        target = self.target

        relation = self.relation.value


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "source": source,
            "target": target,
            "relation": relation,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        source = d.pop("source")

        target = d.pop("target")

        relation = GraphEdgeRelation(d.pop("relation"))




        graph_edge = cls(
            source=source,
            target=target,
            relation=relation,
        )


        graph_edge.additional_properties = d
        return graph_edge

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

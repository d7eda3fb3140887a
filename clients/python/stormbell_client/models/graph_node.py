from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.graph_node_kind import GraphNodeKind
from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.graph_node_dataset_type_0 import GraphNodeDatasetType0





T = TypeVar("T", bound="GraphNode")



@_attrs_define
class GraphNode:
    """ A thing or a deed.

        Attributes:
            id (str):
            kind (GraphNodeKind):
            label (str):
            dataset (GraphNodeDatasetType0 | None | Unset):
     """

    id: str
    kind: GraphNodeKind
    label: str
    dataset: GraphNodeDatasetType0 | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.graph_node_dataset_type_0 import GraphNodeDatasetType0 # noqa: PLC0415
        id = self.id

        kind = self.kind.value

        label = self.label

        dataset: dict[str, Any] | None | Unset
        if isinstance(self.dataset, Unset):
            dataset = UNSET
        elif isinstance(self.dataset, GraphNodeDatasetType0):
            dataset = self.dataset.to_dict()
        else:
            dataset = self.dataset


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "kind": kind,
            "label": label,
        })
        if dataset is not UNSET:
            field_dict["dataset"] = dataset

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.graph_node_dataset_type_0 import GraphNodeDatasetType0 # noqa: PLC0415
        d = dict(src_dict)
        id = d.pop("id")

        kind = GraphNodeKind(d.pop("kind"))




        label = d.pop("label")

        def _parse_dataset(data: object) -> GraphNodeDatasetType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                dataset_type_0 = GraphNodeDatasetType0.from_dict(data)



                return dataset_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(GraphNodeDatasetType0 | None | Unset, data)

        dataset = _parse_dataset(d.pop("dataset", UNSET))


        graph_node = cls(
            id=id,
            kind=kind,
            label=label,
            dataset=dataset,
        )


        graph_node.additional_properties = d
        return graph_node

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

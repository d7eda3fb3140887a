from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.node_setting_view import NodeSettingView





T = TypeVar("T", bound="NodeSettings")



@_attrs_define
class NodeSettings:
    """ What can be changed on a node.

        Attributes:
            node_id (str):
            node (str):
            items (list[NodeSettingView]):
     """

    node_id: str
    node: str
    items: list[NodeSettingView]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.node_setting_view import NodeSettingView # noqa: PLC0415
        node_id = self.node_id

        node = self.node

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "node_id": node_id,
            "node": node,
            "items": items,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.node_setting_view import NodeSettingView # noqa: PLC0415
        d = dict(src_dict)
        node_id = d.pop("node_id")

        node = d.pop("node")

        items = []
        _items = d.pop("items")
        for items_item_data in (_items):
            items_item = NodeSettingView.from_dict(items_item_data)



            items.append(items_item)


        node_settings = cls(
            node_id=node_id,
            node=node,
            items=items,
        )


        node_settings.additional_properties = d
        return node_settings

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

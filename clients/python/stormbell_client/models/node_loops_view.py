from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.node_loop_view import NodeLoopView
  from ..models.node_role_view import NodeRoleView





T = TypeVar("T", bound="NodeLoopsView")



@_attrs_define
class NodeLoopsView:
    """ The loops and roles of a node, as it last told.

        Attributes:
            node_id (str):
            node (str):
            roles (list[NodeRoleView]):
            items (list[NodeLoopView]):
     """

    node_id: str
    node: str
    roles: list[NodeRoleView]
    items: list[NodeLoopView]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.node_loop_view import NodeLoopView # noqa: PLC0415
        from ..models.node_role_view import NodeRoleView # noqa: PLC0415
        node_id = self.node_id

        node = self.node

        roles = []
        for roles_item_data in self.roles:
            roles_item = roles_item_data.to_dict()
            roles.append(roles_item)



        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "node_id": node_id,
            "node": node,
            "roles": roles,
            "items": items,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.node_loop_view import NodeLoopView # noqa: PLC0415
        from ..models.node_role_view import NodeRoleView # noqa: PLC0415
        d = dict(src_dict)
        node_id = d.pop("node_id")

        node = d.pop("node")

        roles = []
        _roles = d.pop("roles")
        for roles_item_data in (_roles):
            roles_item = NodeRoleView.from_dict(roles_item_data)



            roles.append(roles_item)


        items = []
        _items = d.pop("items")
        for items_item_data in (_items):
            items_item = NodeLoopView.from_dict(items_item_data)



            items.append(items_item)


        node_loops_view = cls(
            node_id=node_id,
            node=node,
            roles=roles,
            items=items,
        )


        node_loops_view.additional_properties = d
        return node_loops_view

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

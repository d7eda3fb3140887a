from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.health_view_status import HealthViewStatus
from typing import cast
import datetime

if TYPE_CHECKING:
  from ..models.module_health_view import ModuleHealthView
  from ..models.node_view import NodeView





T = TypeVar("T", bound="HealthView")



@_attrs_define
class HealthView:
    """ How this node is.

        Attributes:
            status (HealthViewStatus):
            server_time (datetime.datetime):
            node (NodeView): The process that answers.
            modules (list[ModuleHealthView]):
     """

    status: HealthViewStatus
    server_time: datetime.datetime
    node: NodeView
    modules: list[ModuleHealthView]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.module_health_view import ModuleHealthView # noqa: PLC0415
        from ..models.node_view import NodeView # noqa: PLC0415
        status = self.status.value

        server_time = self.server_time.isoformat()

        node = self.node.to_dict()

        modules = []
        for modules_item_data in self.modules:
            modules_item = modules_item_data.to_dict()
            modules.append(modules_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "status": status,
            "server_time": server_time,
            "node": node,
            "modules": modules,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.module_health_view import ModuleHealthView # noqa: PLC0415
        from ..models.node_view import NodeView # noqa: PLC0415
        d = dict(src_dict)
        status = HealthViewStatus(d.pop("status"))




        server_time = datetime.datetime.fromisoformat(d.pop("server_time"))




        node = NodeView.from_dict(d.pop("node"))




        modules = []
        _modules = d.pop("modules")
        for modules_item_data in (_modules):
            modules_item = ModuleHealthView.from_dict(modules_item_data)



            modules.append(modules_item)


        health_view = cls(
            status=status,
            server_time=server_time,
            node=node,
            modules=modules,
        )


        health_view.additional_properties = d
        return health_view

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

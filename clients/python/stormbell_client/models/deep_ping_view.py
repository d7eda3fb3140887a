from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.deep_ping_view_status import DeepPingViewStatus
from typing import cast

if TYPE_CHECKING:
  from ..models.deep_check_view import DeepCheckView





T = TypeVar("T", bound="DeepPingView")



@_attrs_define
class DeepPingView:
    """ Whether this node can do its work: ok, partial (something is wrong) or error (it cannot).

        Attributes:
            status (DeepPingViewStatus):
            node_id (str):
            node (str):
            checks (list[DeepCheckView]):
     """

    status: DeepPingViewStatus
    node_id: str
    node: str
    checks: list[DeepCheckView]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.deep_check_view import DeepCheckView # noqa: PLC0415
        status = self.status.value

        node_id = self.node_id

        node = self.node

        checks = []
        for checks_item_data in self.checks:
            checks_item = checks_item_data.to_dict()
            checks.append(checks_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "status": status,
            "node_id": node_id,
            "node": node,
            "checks": checks,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.deep_check_view import DeepCheckView # noqa: PLC0415
        d = dict(src_dict)
        status = DeepPingViewStatus(d.pop("status"))




        node_id = d.pop("node_id")

        node = d.pop("node")

        checks = []
        _checks = d.pop("checks")
        for checks_item_data in (_checks):
            checks_item = DeepCheckView.from_dict(checks_item_data)



            checks.append(checks_item)


        deep_ping_view = cls(
            status=status,
            node_id=node_id,
            node=node,
            checks=checks,
        )


        deep_ping_view.additional_properties = d
        return deep_ping_view

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

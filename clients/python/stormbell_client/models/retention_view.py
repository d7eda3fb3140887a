from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast

if TYPE_CHECKING:
  from ..models.dataset_view import DatasetView
  from ..models.retention_rule import RetentionRule





T = TypeVar("T", bound="RetentionView")



@_attrs_define
class RetentionView:
    """ What the rules would delete now.

        Attributes:
            rules (list[RetentionRule]): As the settings say (data.retention)
            dataset_count (int):
            bytes_ (int):
            items (list[DatasetView]): The 100 oldest of them
     """

    rules: list[RetentionRule]
    dataset_count: int
    bytes_: int
    items: list[DatasetView]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.dataset_view import DatasetView # noqa: PLC0415
        from ..models.retention_rule import RetentionRule # noqa: PLC0415
        rules = []
        for rules_item_data in self.rules:
            rules_item = rules_item_data.to_dict()
            rules.append(rules_item)



        dataset_count = self.dataset_count

        bytes_ = self.bytes_

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "rules": rules,
            "dataset_count": dataset_count,
            "bytes": bytes_,
            "items": items,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.dataset_view import DatasetView # noqa: PLC0415
        from ..models.retention_rule import RetentionRule # noqa: PLC0415
        d = dict(src_dict)
        rules = []
        _rules = d.pop("rules")
        for rules_item_data in (_rules):
            rules_item = RetentionRule.from_dict(rules_item_data)



            rules.append(rules_item)


        dataset_count = d.pop("dataset_count")

        bytes_ = d.pop("bytes")

        items = []
        _items = d.pop("items")
        for items_item_data in (_items):
            items_item = DatasetView.from_dict(items_item_data)



            items.append(items_item)


        retention_view = cls(
            rules=rules,
            dataset_count=dataset_count,
            bytes_=bytes_,
            items=items,
        )


        retention_view.additional_properties = d
        return retention_view

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

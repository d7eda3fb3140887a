from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast

if TYPE_CHECKING:
  from ..models.stage_view_message_schema import StageViewMessageSchema





T = TypeVar("T", bound="StageView")



@_attrs_define
class StageView:
    """ A stage in the static graph.

        Attributes:
            name (str):
            sends (list[str]):
            message_schema (StageViewMessageSchema | Unset): JSON Schema of its messages
     """

    name: str
    sends: list[str]
    message_schema: StageViewMessageSchema | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.stage_view_message_schema import StageViewMessageSchema # noqa: PLC0415
        name = self.name

        sends = self.sends



        message_schema: dict[str, Any] | Unset = UNSET
        if not isinstance(self.message_schema, Unset):
            message_schema = self.message_schema.to_dict()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "name": name,
            "sends": sends,
        })
        if message_schema is not UNSET:
            field_dict["message_schema"] = message_schema

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.stage_view_message_schema import StageViewMessageSchema # noqa: PLC0415
        d = dict(src_dict)
        name = d.pop("name")

        sends = cast(list[str], d.pop("sends"))


        _message_schema = d.pop("message_schema", UNSET)
        message_schema: StageViewMessageSchema | Unset
        if isinstance(_message_schema,  Unset):
            message_schema = UNSET
        else:
            message_schema = StageViewMessageSchema.from_dict(_message_schema)




        stage_view = cls(
            name=name,
            sends=sends,
            message_schema=message_schema,
        )


        stage_view.additional_properties = d
        return stage_view

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

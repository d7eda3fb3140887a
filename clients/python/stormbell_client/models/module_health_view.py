from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.module_health_view_status import ModuleHealthViewStatus
from typing import cast

if TYPE_CHECKING:
  from ..models.loop_view import LoopView





T = TypeVar("T", bound="ModuleHealthView")



@_attrs_define
class ModuleHealthView:
    """ One module and its loops.

        Attributes:
            name (str):
            status (ModuleHealthViewStatus):
            text (None | str): Why it is degraded
            loops (list[LoopView]):
     """

    name: str
    status: ModuleHealthViewStatus
    text: None | str
    loops: list[LoopView]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        from ..models.loop_view import LoopView # noqa: PLC0415
        name = self.name

        status = self.status.value

        text: None | str
        text = self.text

        loops = []
        for loops_item_data in self.loops:
            loops_item = loops_item_data.to_dict()
            loops.append(loops_item)




        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "name": name,
            "status": status,
            "text": text,
            "loops": loops,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.loop_view import LoopView # noqa: PLC0415
        d = dict(src_dict)
        name = d.pop("name")

        status = ModuleHealthViewStatus(d.pop("status"))




        def _parse_text(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        text = _parse_text(d.pop("text"))


        loops = []
        _loops = d.pop("loops")
        for loops_item_data in (_loops):
            loops_item = LoopView.from_dict(loops_item_data)



            loops.append(loops_item)


        module_health_view = cls(
            name=name,
            status=status,
            text=text,
            loops=loops,
        )


        module_health_view.additional_properties = d
        return module_health_view

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

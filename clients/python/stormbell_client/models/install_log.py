from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="InstallLog")



@_attrs_define
class InstallLog:
    """ What an installing wrote, from some character on.

        Attributes:
            text (str):
            start (int): Of the text; more than asked for where the beginning is not kept any more
            next_start (int): Where to go on
            ended (bool): Nothing will follow
     """

    text: str
    start: int
    next_start: int
    ended: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        text = self.text

        start = self.start

        next_start = self.next_start

        ended = self.ended


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "text": text,
            "start": start,
            "next_start": next_start,
            "ended": ended,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        text = d.pop("text")

        start = d.pop("start")

        next_start = d.pop("next_start")

        ended = d.pop("ended")

        install_log = cls(
            text=text,
            start=start,
            next_start=next_start,
            ended=ended,
        )


        install_log.additional_properties = d
        return install_log

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

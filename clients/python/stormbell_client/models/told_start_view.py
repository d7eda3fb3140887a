from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="ToldStartView")



@_attrs_define
class ToldStartView:
    """ When a machine's batch system said that a run would start, if all before it use all their time.

        Attributes:
            starts_at (datetime.datetime):
            asked_at (datetime.datetime):
            turns (float | Unset): How often runs it did not know of yet fill the machine before it, for a walltime each
                Default: 0.0.
     """

    starts_at: datetime.datetime
    asked_at: datetime.datetime
    turns: float | Unset = 0.0
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        starts_at = self.starts_at.isoformat()

        asked_at = self.asked_at.isoformat()

        turns = self.turns


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "starts_at": starts_at,
            "asked_at": asked_at,
        })
        if turns is not UNSET:
            field_dict["turns"] = turns

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        starts_at = datetime.datetime.fromisoformat(d.pop("starts_at"))




        asked_at = datetime.datetime.fromisoformat(d.pop("asked_at"))




        turns = d.pop("turns", UNSET)

        told_start_view = cls(
            starts_at=starts_at,
            asked_at=asked_at,
            turns=turns,
        )


        told_start_view.additional_properties = d
        return told_start_view

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

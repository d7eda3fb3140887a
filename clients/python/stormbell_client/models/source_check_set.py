from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="SourceCheckSet")



@_attrs_define
class SourceCheckSet:
    """ What is expected of a source.

        Attributes:
            every_seconds (float): Something new comes at least this often, else an alarm is raised
     """

    every_seconds: float





    def to_dict(self) -> dict[str, Any]:
        every_seconds = self.every_seconds


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "every_seconds": every_seconds,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        every_seconds = d.pop("every_seconds")

        source_check_set = cls(
            every_seconds=every_seconds,
        )

        return source_check_set


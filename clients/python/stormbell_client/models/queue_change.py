from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="QueueChange")



@_attrs_define
class QueueChange:
    """ How a queue is worked off.

        Attributes:
            fifo (bool):
     """

    fifo: bool





    def to_dict(self) -> dict[str, Any]:
        fifo = self.fifo


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "fifo": fifo,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        fifo = d.pop("fifo")

        queue_change = cls(
            fifo=fifo,
        )

        return queue_change


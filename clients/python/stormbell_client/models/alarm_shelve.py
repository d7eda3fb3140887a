from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="AlarmShelve")



@_attrs_define
class AlarmShelve:
    """ How long the alarm is put aside, and why.

        Attributes:
            until (datetime.datetime): At most 24 h from now
            reason (str):
     """

    until: datetime.datetime
    reason: str





    def to_dict(self) -> dict[str, Any]:
        until = self.until.isoformat()

        reason = self.reason


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "until": until,
            "reason": reason,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        until = datetime.datetime.fromisoformat(d.pop("until"))




        reason = d.pop("reason")

        alarm_shelve = cls(
            until=until,
            reason=reason,
        )

        return alarm_shelve


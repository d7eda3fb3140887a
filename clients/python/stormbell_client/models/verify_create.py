from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.verify_create_urgency import VerifyCreateUrgency
from ..types import UNSET, Unset






T = TypeVar("T", bound="VerifyCreate")



@_attrs_define
class VerifyCreate:
    """ How a data set is verified.

        Attributes:
            repair (bool | Unset): Write a copy that is damaged or missing again, from one that is whole Default: False.
            urgency (VerifyCreateUrgency | Unset):  Default: VerifyCreateUrgency.NORMAL.
     """

    repair: bool | Unset = False
    urgency: VerifyCreateUrgency | Unset = VerifyCreateUrgency.NORMAL





    def to_dict(self) -> dict[str, Any]:
        repair = self.repair

        urgency: str | Unset = UNSET
        if not isinstance(self.urgency, Unset):
            urgency = self.urgency.value



        field_dict: dict[str, Any] = {}

        field_dict.update({
        })
        if repair is not UNSET:
            field_dict["repair"] = repair
        if urgency is not UNSET:
            field_dict["urgency"] = urgency

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        repair = d.pop("repair", UNSET)

        _urgency = d.pop("urgency", UNSET)
        urgency: VerifyCreateUrgency | Unset
        if isinstance(_urgency,  Unset):
            urgency = UNSET
        else:
            urgency = VerifyCreateUrgency(_urgency)




        verify_create = cls(
            repair=repair,
            urgency=urgency,
        )

        return verify_create


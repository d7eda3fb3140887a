from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="AllocationEntryView")



@_attrs_define
class AllocationEntryView:
    """ What one simulation, data set or lease reserved or used.

        Attributes:
            reference_id (str):
            user_id (str):
            state (str):
            reserved (float):
            used (float):
            created_at (datetime.datetime):
            ended_at (datetime.datetime | None):
     """

    reference_id: str
    user_id: str
    state: str
    reserved: float
    used: float
    created_at: datetime.datetime
    ended_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        reference_id = self.reference_id

        user_id = self.user_id

        state = self.state

        reserved = self.reserved

        used = self.used

        created_at = self.created_at.isoformat()

        ended_at: None | str
        if isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "reference_id": reference_id,
            "user_id": user_id,
            "state": state,
            "reserved": reserved,
            "used": used,
            "created_at": created_at,
            "ended_at": ended_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reference_id = d.pop("reference_id")

        user_id = d.pop("user_id")

        state = d.pop("state")

        reserved = d.pop("reserved")

        used = d.pop("used")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        def _parse_ended_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_at_type_0 = datetime.datetime.fromisoformat(data)



                return ended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        ended_at = _parse_ended_at(d.pop("ended_at"))


        allocation_entry_view = cls(
            reference_id=reference_id,
            user_id=user_id,
            state=state,
            reserved=reserved,
            used=used,
            created_at=created_at,
            ended_at=ended_at,
        )


        allocation_entry_view.additional_properties = d
        return allocation_entry_view

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.allocation_view_resource import AllocationViewResource
from ..models.allocation_view_subject_kind import AllocationViewSubjectKind
from typing import cast
import datetime






T = TypeVar("T", bound="AllocationView")



@_attrs_define
class AllocationView:
    """ How much of what somebody may use, and what is left.

        Attributes:
            id (str):
            subject_kind (AllocationViewSubjectKind):
            subject_id (str):
            resource (AllocationViewResource):
            granted (float):
            reserved (float): For what is under way
            used (float): May exceed what was granted: what has been used is counted
            remaining (float):
            starts_at (datetime.datetime):
            ends_at (datetime.datetime | None):
            note (None | str):
            granted_by (None | str):
            created_at (datetime.datetime):
     """

    id: str
    subject_kind: AllocationViewSubjectKind
    subject_id: str
    resource: AllocationViewResource
    granted: float
    reserved: float
    used: float
    remaining: float
    starts_at: datetime.datetime
    ends_at: datetime.datetime | None
    note: None | str
    granted_by: None | str
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        subject_kind = self.subject_kind.value

        subject_id = self.subject_id

        resource = self.resource.value

        granted = self.granted

        reserved = self.reserved

        used = self.used

        remaining = self.remaining

        starts_at = self.starts_at.isoformat()

        ends_at: None | str
        if isinstance(self.ends_at, datetime.datetime):
            ends_at = self.ends_at.isoformat()
        else:
            ends_at = self.ends_at

        note: None | str
        note = self.note

        granted_by: None | str
        granted_by = self.granted_by

        created_at = self.created_at.isoformat()


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "resource": resource,
            "granted": granted,
            "reserved": reserved,
            "used": used,
            "remaining": remaining,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "note": note,
            "granted_by": granted_by,
            "created_at": created_at,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        subject_kind = AllocationViewSubjectKind(d.pop("subject_kind"))




        subject_id = d.pop("subject_id")

        resource = AllocationViewResource(d.pop("resource"))




        granted = d.pop("granted")

        reserved = d.pop("reserved")

        used = d.pop("used")

        remaining = d.pop("remaining")

        starts_at = datetime.datetime.fromisoformat(d.pop("starts_at"))




        def _parse_ends_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ends_at_type_0 = datetime.datetime.fromisoformat(data)



                return ends_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        ends_at = _parse_ends_at(d.pop("ends_at"))


        def _parse_note(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        note = _parse_note(d.pop("note"))


        def _parse_granted_by(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        granted_by = _parse_granted_by(d.pop("granted_by"))


        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))




        allocation_view = cls(
            id=id,
            subject_kind=subject_kind,
            subject_id=subject_id,
            resource=resource,
            granted=granted,
            reserved=reserved,
            used=used,
            remaining=remaining,
            starts_at=starts_at,
            ends_at=ends_at,
            note=note,
            granted_by=granted_by,
            created_at=created_at,
        )


        allocation_view.additional_properties = d
        return allocation_view

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from ..models.allocation_grant_resource import AllocationGrantResource
from ..models.allocation_grant_subject_kind import AllocationGrantSubjectKind
from ..types import UNSET, Unset
from typing import cast
import datetime






T = TypeVar("T", bound="AllocationGrant")



@_attrs_define
class AllocationGrant:
    """ How much of what somebody may use, and in which time.

        Attributes:
            subject_id (str): Id of the user or group
            resource (AllocationGrantResource): core_hours are spent; bytes and leases are held
            granted (float):
            subject_kind (AllocationGrantSubjectKind | Unset):  Default: AllocationGrantSubjectKind.USER.
            starts_at (datetime.datetime | None | Unset): Default: now
            ends_at (datetime.datetime | None | Unset): null: without end
            note (None | str | Unset):
     """

    subject_id: str
    resource: AllocationGrantResource
    granted: float
    subject_kind: AllocationGrantSubjectKind | Unset = AllocationGrantSubjectKind.USER
    starts_at: datetime.datetime | None | Unset = UNSET
    ends_at: datetime.datetime | None | Unset = UNSET
    note: None | str | Unset = UNSET





    def to_dict(self) -> dict[str, Any]:
        subject_id = self.subject_id

        resource = self.resource.value

        granted = self.granted

        subject_kind: str | Unset = UNSET
        if not isinstance(self.subject_kind, Unset):
            subject_kind = self.subject_kind.value


        starts_at: None | str | Unset
        if isinstance(self.starts_at, Unset):
            starts_at = UNSET
        elif isinstance(self.starts_at, datetime.datetime):
            starts_at = self.starts_at.isoformat()
        else:
            starts_at = self.starts_at

        ends_at: None | str | Unset
        if isinstance(self.ends_at, Unset):
            ends_at = UNSET
        elif isinstance(self.ends_at, datetime.datetime):
            ends_at = self.ends_at.isoformat()
        else:
            ends_at = self.ends_at

        note: None | str | Unset
        if isinstance(self.note, Unset):
            note = UNSET
        else:
            note = self.note


        field_dict: dict[str, Any] = {}

        field_dict.update({
            "subject_id": subject_id,
            "resource": resource,
            "granted": granted,
        })
        if subject_kind is not UNSET:
            field_dict["subject_kind"] = subject_kind
        if starts_at is not UNSET:
            field_dict["starts_at"] = starts_at
        if ends_at is not UNSET:
            field_dict["ends_at"] = ends_at
        if note is not UNSET:
            field_dict["note"] = note

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        subject_id = d.pop("subject_id")

        resource = AllocationGrantResource(d.pop("resource"))




        granted = d.pop("granted")

        _subject_kind = d.pop("subject_kind", UNSET)
        subject_kind: AllocationGrantSubjectKind | Unset
        if isinstance(_subject_kind,  Unset):
            subject_kind = UNSET
        else:
            subject_kind = AllocationGrantSubjectKind(_subject_kind)




        def _parse_starts_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                starts_at_type_0 = datetime.datetime.fromisoformat(data)



                return starts_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        starts_at = _parse_starts_at(d.pop("starts_at", UNSET))


        def _parse_ends_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ends_at_type_0 = datetime.datetime.fromisoformat(data)



                return ends_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        ends_at = _parse_ends_at(d.pop("ends_at", UNSET))


        def _parse_note(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        note = _parse_note(d.pop("note", UNSET))


        allocation_grant = cls(
            subject_id=subject_id,
            resource=resource,
            granted=granted,
            subject_kind=subject_kind,
            starts_at=starts_at,
            ends_at=ends_at,
            note=note,
        )

        return allocation_grant


from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="IncidentBulkDone")



@_attrs_define
class IncidentBulkDone:
    """ What was cancelled, or would be.

        Attributes:
            count (int):
            incident_ids (list[str]):
            not_yours (int): How many fit and are shared with you only to be seen
            dry_run (bool):
            more (bool): There are more: send the same again
     """

    count: int
    incident_ids: list[str]
    not_yours: int
    dry_run: bool
    more: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        count = self.count

        incident_ids = self.incident_ids



        not_yours = self.not_yours

        dry_run = self.dry_run

        more = self.more


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "count": count,
            "incident_ids": incident_ids,
            "not_yours": not_yours,
            "dry_run": dry_run,
            "more": more,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        count = d.pop("count")

        incident_ids = cast(list[str], d.pop("incident_ids"))


        not_yours = d.pop("not_yours")

        dry_run = d.pop("dry_run")

        more = d.pop("more")

        incident_bulk_done = cls(
            count=count,
            incident_ids=incident_ids,
            not_yours=not_yours,
            dry_run=dry_run,
            more=more,
        )


        incident_bulk_done.additional_properties = d
        return incident_bulk_done

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast
import datetime






T = TypeVar("T", bound="CurrentJob")



@_attrs_define
class CurrentJob:
    """ A job in the hands of a node.

        Attributes:
            id (str):
            number (int):
            kind (str):
            since (datetime.datetime):
            progress (float | None): 0 to 1, where the job says so
     """

    id: str
    number: int
    kind: str
    since: datetime.datetime
    progress: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        number = self.number

        kind = self.kind

        since = self.since.isoformat()

        progress: float | None
        progress = self.progress


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "number": number,
            "kind": kind,
            "since": since,
            "progress": progress,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        number = d.pop("number")

        kind = d.pop("kind")

        since = datetime.datetime.fromisoformat(d.pop("since"))




        def _parse_progress(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        progress = _parse_progress(d.pop("progress"))


        current_job = cls(
            id=id,
            number=number,
            kind=kind,
            since=since,
            progress=progress,
        )


        current_job.additional_properties = d
        return current_job

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

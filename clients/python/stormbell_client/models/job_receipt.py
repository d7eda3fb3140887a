from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset







T = TypeVar("T", bound="JobReceipt")



@_attrs_define
class JobReceipt:
    """ The job that does this work; new, or the one that already did under the same key.

        Attributes:
            id (str):
            kind (str):
            queue (str):
            existed (bool): No job was made, as another held the unique key: this is that one. With on_conflict replace it
                does this work now
     """

    id: str
    kind: str
    queue: str
    existed: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        id = self.id

        kind = self.kind

        queue = self.queue

        existed = self.existed


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "id": id,
            "kind": kind,
            "queue": queue,
            "existed": existed,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        kind = d.pop("kind")

        queue = d.pop("queue")

        existed = d.pop("existed")

        job_receipt = cls(
            id=id,
            kind=kind,
            queue=queue,
            existed=existed,
        )


        job_receipt.additional_properties = d
        return job_receipt

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

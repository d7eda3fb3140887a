from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, BinaryIO, TextIO, TYPE_CHECKING, Generator

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

from typing import cast






T = TypeVar("T", bound="ManualDataView")



@_attrs_define
class ManualDataView:
    """ A file given to an incident, and the message that tells of it.

        Attributes:
            dataset_id (str):
            stage_id (str):
            name (str):
            bytes_ (int):
            sha256 (str):
            type_ (None | str):
            comment (None | str):
     """

    dataset_id: str
    stage_id: str
    name: str
    bytes_: int
    sha256: str
    type_: None | str
    comment: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)





    def to_dict(self) -> dict[str, Any]:
        dataset_id = self.dataset_id

        stage_id = self.stage_id

        name = self.name

        bytes_ = self.bytes_

        sha256 = self.sha256

        type_: None | str
        type_ = self.type_

        comment: None | str
        comment = self.comment


        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({
            "dataset_id": dataset_id,
            "stage_id": stage_id,
            "name": name,
            "bytes": bytes_,
            "sha256": sha256,
            "type": type_,
            "comment": comment,
        })

        return field_dict



    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        dataset_id = d.pop("dataset_id")

        stage_id = d.pop("stage_id")

        name = d.pop("name")

        bytes_ = d.pop("bytes")

        sha256 = d.pop("sha256")

        def _parse_type_(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        type_ = _parse_type_(d.pop("type"))


        def _parse_comment(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        comment = _parse_comment(d.pop("comment"))


        manual_data_view = cls(
            dataset_id=dataset_id,
            stage_id=stage_id,
            name=name,
            bytes_=bytes_,
            sha256=sha256,
            type_=type_,
            comment=comment,
        )


        manual_data_view.additional_properties = d
        return manual_data_view

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
